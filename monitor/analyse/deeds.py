"""The words for what one actor does to another, in the languages that are read in full. Tables; see `doing`.

Only forms that tell of something done stand here: no infinitives («to blame», «поддержать»), nothing that may as well
be about a thing («defence minister», «химическая атака»).
"""

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import NamedTuple

#: These two do together: who is named first says nothing.
MUTUAL = ("meets", "agrees")


class Frame(NamedTuple):
    """How some verbs say a deed. In `words` an asterisk takes any ending, a tilde those of Turkish verbs."""

    deed: str
    words: str
    #: What leads from the verb to the other, a pattern; in Turkish the other's case.
    to: str = ""
    #: What else the clause must have, a pattern: German particles; in Turkish what stands right before the verb.
    also: str = ""


#: «proposed operations against IS in Syria together with Russia».
_JOINTLY = r"(?:[\w'’-]+ ){0,9}?(?:together|jointly) with"
_TALKS = r"(?:[\w-]+ ){0,3}(?:talks|negotiations|consultations|discussions|meetings?)"

_ENGLISH = (
    Frame("meets", "met meets meet meeting", "(?:with )?"),
    Frame("meets", "spoke speaks spoken talked talking", "(?:by (?:tele)?phone )?(?:with|to) "),
    Frame("meets", "telephoned phoned hosted hosts welcomed welcomes received receives visited visits"),
    Frame("meets", "held holds hold holding began opened opens resumed resume conducted started", f"{_TALKS} with "),
    Frame("criticises", "criticised criticises criticising criticized criticizes criticizing condemned condemns "
          "condemning accused accuses accusing accuse blamed blames blaming denounced denounces denouncing slammed "
          "slams "
          "slamming blasted blasts rebuked rebukes warned warns warning"),
    Frame("criticises", "lashed hit hits lashes", "out (?:at|against) "),
    Frame("attacks", "attacked attacks attacking bombed bombs bombing shelled shells shelling struck killed"),
    Frame("attacks", "shot shoots shooting downed", "(?:down )?"),
    Frame("attacks", "fired launched launches carried carries",
          r"(?:out )?(?:[\w-]+ ){0,3}(?:on|at|(?:strikes|attacks|raids) (?:on|against)) "),
    Frame("fights", "fights fighting fought fight battles battling battled combating"),
    Frame("agrees", "agreed agrees agree agreeing reconciled", "with "),
    Frame("agrees", "signed signs reached reach struck clinched",
          r"(?:[\w-]+ ){0,3}(?:deals?|agreements?|accords?|pact|protocol|memorandum|truce|understanding) with "),
    Frame("agrees", "coordinates coordinated coordinating cooperates cooperate cooperated cooperating",
          r"(?:[\w-]+ ){0,4}(?:with) "),
    Frame("agrees", "restored restores normalised normalises normalized normalizes mended mends mend",
          r"(?:[\w-]+ ){0,2}(?:ties|relations) with "),
    Frame("proposes", "proposed proposes suggested suggests seeks sought",
          rf"(?:(?:(?!to )[\w-]+ ){{1,4}}?with|{_JOINTLY}) "),
    Frame("proposes", "offered offers invited invites woos wooed courts courted"),
    Frame("asks", "urged urges urging pressed presses"),
    Frame("asks", "demanded demands", r"(?:[\w-]+ ){0,3}(?:of|from) "),
    Frame("asks", "asked asks", "", r"(?:(?! (?:if|whether|about|how|why|what)\b).)*? (?:to|for)\b"),
    Frame("asks", "called calls", "on "),
    Frame("supports", "supports supported supporting backs backed backing defends defended defending"),
    Frame("supports", "voiced expressed reiterated pledged offered", r"(?:[\w-]+ ){0,3}support (?:for|to) "),
    Frame("punishes", "sanctioned punished expelled"),
    Frame("punishes", "imposed imposes imposing announced announces unveiled unveils introduced introduces slapped "
          "reimposed", r"(?:[\w-]+ ){0,4}(?:sanctions|restrictions|embargo) (?:on|against) "),
)  # fmt: skip

VOR = r" vor\b"
_GERMAN = (
    Frame("meets", "traf trifft trafen treffen getroffen", "(?:sich )?(?:mit )?"),
    Frame("meets", "empfing empfängt empfingen empfangen besucht besuchte besuchten"),
    Frame("meets", "sprach sprachen spricht gesprochen", r"(?:[\w-]+ ){0,3}?(?:mit) "),
    Frame("meets", "telefonierte telefonierten telefoniert verhandelt verhandelte verhandeln verhandelten beriet "
          "berieten "
          "beraten berät", r"(?:[\w-]+ ){0,3}?mit "),
    Frame("criticises", "kritisiert kritisierte kritisieren kritisierten verurteilt verurteilte verurteilten "
          "beschuldigt "
          "beschuldigte beschuldigten bezichtigt bezichtigte rügt rügte attackiert attackierte"),
    Frame("criticises", "wirft warf werfen warfen", also=VOR),
    Frame("criticises", "vorgeworfen"),
    Frame("criticises", "warnt warnte warnten gewarnt"),
    Frame("attacks", "angegriffen bombardiert bombardierte bombardieren bombardierten beschoss beschießt beschossen "
          "abgeschossen getötet"),
    Frame("attacks", "griff greift greifen griffen", also=r" an\b"),
    Frame("attacks", "schoss schießt schossen", also=r" ab\b"),
    Frame("attacks", "schoss schießt flog fliegt flogen fliegen", r"(?:[\w-]+ ){0,3}(?:auf|gegen) "),
    Frame("fights", "bekämpft bekämpfte bekämpfen bekämpften"),
    Frame("fights", "kämpft kämpfte kämpfen kämpften", r"(?:[\w-]+ ){0,3}gegen "),
    Frame("agrees", "einigt einigte einigen einigten geeinigt vereinbart vereinbarte vereinbarten versöhnt versöhnte "
          "kooperiert kooperieren unterzeichnet unterzeichnete unterzeichneten abgestimmt verständigt verständigten",
          r"(?:[\w-]+ ){0,4}?mit "),
    Frame("proposes", "bietet bot boten bieten", also=r" an\b"),
    Frame("proposes", "schlägt schlug schlugen schlagen", also=VOR),
    Frame("proposes", "lädt lud luden", also=r" ein\b"),
    Frame("proposes", "angeboten vorgeschlagen eingeladen umwirbt umwarb"),
    Frame("asks", "bittet bat baten gebeten drängt drängte"),
    Frame("asks", "fordert forderte forderten gefordert verlangt verlangte", "(?:von )?"),
    Frame("supports", "unterstützt unterstützte unterstützten unterstützen verteidigt verteidigte verteidigten "
          "beliefert"),
    Frame("supports", "stellt stellte stellten", "sich hinter "),
    Frame("punishes", "sanktioniert sanktionierte bestraft bestrafte"),
    Frame("punishes", "verhängt verhängte verhängten erlässt erließ erlassen beschließt beschloss beschlossen "
          "verschärft "
          "verschärfte eingeführt", r"(?:[\w-]+ ){0,3}(?:sanktionen|strafmaßnahmen|embargo) gegen "),
)  # fmt: skip

_WITH = "со? "
_RUSSIAN = (
    Frame("meets", "встретил* встречается встречаются встречал* переговорил* беседовал* "
          "побеседовал* поговорил*", _WITH),
    Frame("meets", "провел* проводит проводят начал* начинает ведет ведут",
          rf"(?:[\w-]+ ){{0,3}}(?:переговоры|встречу|беседу|разговор|консультации) (?:[\w-]+ )?{_WITH}"),
    Frame("meets", "обсудил* обсуждает обсуждают", rf"(?:[\w-]+ ){{0,3}}{_WITH}"),
    Frame("meets", "посетил* принял* навестил*"),
    Frame("criticises", "критиковал* критикует критикуют раскритиковал* осудил* осуждает осуждают обвинил* обвиняет "
          "обвиняют упрекнул* упрекает"),
    Frame("attacks", "атаковал* атакует атакуют бомбил* бомбит бомбят разбомбил* сбил сбила сбили обстрелял* "
          "обстреливает обстреливают уничтожил* ликвидировал*"),
    Frame("attacks", "нанес нанесла нанесли наносит наносят", r"(?:[\w-]+ ){0,3}(?:удар|удары|ударов) по "),
    Frame("attacks", "напал*", "на "),
    Frame("fights", "борется борются боролся боролась боролись воюет воюют сражается сражаются", "(?:со?|против) "),
    Frame("agrees", "договорил* согласовал* согласовывает сотрудничает сотрудничают помирил* подписал*",
          rf"(?:[\w-]+ ){{0,4}}{_WITH}"),
    Frame("agrees", "нормализовал* нормализует восстановил* восстанавливает", rf"(?:отношения|связи) {_WITH}"),
    Frame("proposes", "предложил* предлагает предлагают пригласил* приглашает"),
    Frame("asks", "призвал* призывает призывают попросил* просит просят"),
    Frame("asks", "потребовал* требует требуют", "от "),
    Frame("supports", "поддержал* поддерживает поддерживают помогает помогают защитил* вооружает вооружают"),
    Frame("punishes", "ввел* вводит вводят продлил* ужесточил* расширил*",
          r"(?:[\w-]+ ){0,3}(?:санкции|ограничения|эмбарго) (?:[\w-]+ )?(?:против|в отношении) "),
)  # fmt: skip

_ACC, _DAT, INSTRUMENTAL, _ABL = r"[yn]?[ıiuü]", r"[yn]?[ae]", r"y?l[ae]", r"n?[dt][ae]n"
_DID = "etti ettiler ettik ediyor ediyorlar ettiğini ettiklerini"
_TURKISH = (
    Frame("meets", "görüş~ buluş~ konuş~", INSTRUMENTAL),
    Frame("meets", "gel~", INSTRUMENTAL, "bir araya"),
    Frame("meets", "otur~", INSTRUMENTAL, "masaya"),
    Frame("meets", _DID, _ACC, "ziyaret|kabul"),
    Frame("meets", "bulun~", _DAT, "ziyarette"),
    Frame("meets", "ağırla~ ağırl~", _ACC),
    Frame("criticises", "eleştir~ suçla~ suçl~ kına~ kın~ uyar~", _ACC),
    Frame("criticises", "göster~", _DAT, "tepki"),
    Frame("attacks", "bombala~ bombal~ vur~ düşür~ öldür~", _ACC),
    Frame("attacks", "saldır~", _DAT),
    Frame("attacks", "açtı açtılar açıyor açtığını", _DAT, "ateş"),
    Frame("fights", "savaş~ çarpış~", INSTRUMENTAL),
    Frame("fights", _DID, INSTRUMENTAL, "mücadele"),
    Frame("agrees", "anlaş~ uzlaş~ barış~", INSTRUMENTAL),
    Frame("agrees", "imzala~ imzal~ yap~", INSTRUMENTAL, r"(?:anlaşma|protokol|mutabakat)\w*|iş ?birliği"),
    Frame("proposes", "öner~", _DAT),
    Frame("proposes", _DID, _DAT, "teklif"),
    Frame("proposes", _DID, _ACC, "davet"),
    Frame("proposes", "sun~ yap~", _DAT, r"(?:teklif|öneri)\w*"),
    Frame("asks", "yap~ bulun~", _DAT, r"çağrı\w*"),
    Frame("asks", "iste~ ist~", _ABL),
    Frame("supports", "destekle~ destekl~", _ACC),
    Frame("supports", "ver~", _DAT, "destek"),
    Frame("punishes", "uygula~ uygul~ koy~", _DAT, r"(?:yaptırım|ambargo)\w*"),
)  # fmt: skip
_FRAMES = {"de": _GERMAN, "en": _ENGLISH, "ru": _RUSSIAN, "tr": _TURKISH}
#: «görüştü», «görüşüyor», «önerdiğini»; not «görüşecek», «görüşmüştü» (that was before), «görüşmedi».
_TURKISH_FINITE = re.compile(
    r"[dt][ıiuü](?:l[ae]r|k)?|[ıiuü]yor(?:l[ae]r|uz)?|mekte(?:dir)?|[dt][ıiuü](?:ğ|kl[ae]r)[ıiuü]n[ıiuü]?"
)

#: What two do together as a noun: «talks between», «Treffen zwischen», «переговоры между», «arasında görüşme».
MEETINGS = {
    "de": {"meets": "treffen gespräch* telefonat* verhandlungen", "agrees": "einigung abkommen vereinbarung*"},
    "en": {"meets": "talks meeting meetings negotiations summit", "agrees": "agreement deal accord"},
    "ru": {"meets": "переговор* встреч* бесед*", "agrees": "соглашени* договоренност*"},
    "tr": {"meets": "görüşme* zirve* buluşma* müzakere*", "agrees": "anlaşma anlaşması anlaşmaya mutabakat*"},
}
BETWEEN = {"de": "zwischen", "en": "between", "ru": "между", "tr": "arasında"}
#: Turkish headlines: «Rusya'dan Türkiye'ye uyarı», «Erdoğan-Putin görüşmesi».
TURKISH_NOUNS = {
    "criticises": "uyarı uyarısı tepki tepkisi eleştiri eleştirisi suçlama kınama",
    "asks": "çağrı çağrısı",
    "proposes": "teklif teklifi öneri önerisi davet daveti",
    "supports": "destek desteği",
    "meets": "ziyaret ziyareti",
}
TURKISH_MEETINGS = {"meets": "görüşmesi görüşmeleri görüşmesin* zirvesi zirvesin* buluşması buluşmasın*"}


#: At least one of these stands in a text that has such a headline.
TURKISH_HEADLINES = frozenset(
    [*" ".join(TURKISH_NOUNS.values()).split(), "görüşmesi", "görüşmeleri", "görüşmesinde", "görüşmesinin", "zirvesi"]
)


#: No stem is shorter.
HEAD = 3
WORDS_KEPT = 10_000


class _Lexicon:
    """The frames of one language by their words."""

    def __init__(self, lang: str) -> None:
        self._whole: dict[str, list[Frame]] = defaultdict(list)
        self._stems: dict[str, list[Frame]] = defaultdict(list)
        self._is_turkish = lang == "tr"
        for frame in _FRAMES[lang]:
            for word in frame.words.split():
                (self._stems if word[-1] in "*~" else self._whole)[word.rstrip("*~")].append(frame)
        self._known = frozenset(self._whole)
        self._lengths = sorted({len(stem) for stem in self._stems}, reverse=True)
        #: Most words are passed over by their first letters.
        self._heads = frozenset(stem[:HEAD] for stem in self._stems)
        #: The same words come in every text.
        self._by_stem = lru_cache(WORDS_KEPT)(self._read)

    def among(self, words: frozenset[str]) -> dict[str, list[Frame]]:
        """Those words of a text that say a deed."""
        found = {word: self._whole[word] for word in words & self._known}
        if self._heads:
            heads = self._heads
            beginning = [word for word in words if word[:HEAD] in heads]
            found |= {word: frames for word in beginning if (frames := self._by_stem(word))}
        return found

    def _read(self, word: str) -> list[Frame]:
        for length in self._lengths:
            frames = self._stems.get(word[:length])
            if frames and (not self._is_turkish or _TURKISH_FINITE.fullmatch(word, length)):
                return frames
        return []


@cache
def lexicon(lang: str) -> _Lexicon:
    """Made once a language."""
    return _Lexicon(lang)
