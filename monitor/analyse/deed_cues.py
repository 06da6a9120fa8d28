"""What stands between one who acts, the verb and the other, and what makes a deed none. Patterns; see `doing`."""

import re

from monitor.analyse.deeds import MEETINGS, TURKISH_MEETINGS, TURKISH_NOUNS
from monitor.analyse.speech import MASK


def _any_of(words: str) -> str:
    patterns = (word.replace("*", r"\w*") for word in words.split())
    return rf"\b(?:{'|'.join(patterns)})\b"


def _by_deed(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{deed}>{_any_of(words)})" for deed, words in table.items()))


CLAUSE_MARK = re.compile(rf"[,;:!?()–—«»„“”\"{MASK}\n]| - ")
#: «Russland und die Türkei», «Erdoğan ile Rusya Devlet Başkanı Putin».
TOGETHER = {
    "de": re.compile(r",? und (?:\w+ ){0,3}|[-–]"),
    "en": re.compile(r",? and (?:\w+ ){0,3}|[-–]"),
    "ru": re.compile(r",? и (?:\w+ ){0,3}|[-–]"),
    "tr": re.compile(r"(?:['’\x92]?y?l[ae]| ve| ile) (?:\w+ ){0,3}|[-–] ?"),
}
#: Between who does it and the verb: another clause, a denial, a wish, a plan, a doubt.
BARRIERS = {
    "de": re.compile(
        _any_of(
            "und oder aber dass ob wenn falls als wie nicht nie niemals kein* kaum will wollen wolle* wollt* "
            "möcht* soll* "
            "könn* konnt* kann dürf* darf müss* muss* würd* hatte hatten zu droht* angeblich möglicherweise vielleicht "
            "fast beinahe"
        )
    ),
    "en": re.compile(
        _any_of(
            "to that which who whose whom if whether not never no may might could would should can cannot will "
            "must shall "
            "and or but as while when because than where what how had nearly almost allegedly denied denies refused "
            "declined cancelled canceled without before after until since for accused resisted avoided threatened "
            "opposed about from"
        )
        + r"|n['’\x92]t\b|['’\x92]s\b"
    ),
    "ru": re.compile(
        _any_of(
            "что чтобы который которая которые которое кто где когда как если ли бы не ни нет и или а но может "
            "могут мог "
            "могла могли должен должна должны готов готова готовы якобы возможно планирует намерен намерена будет "
            "будут "
            "чуть едва после до"
        )
    ),
    "tr": re.compile(_any_of("ve veya ama eğer")),
}
#: No part of «his Russian counterpart», between verb and other.
NOT_OF_OTHER = {
    "de": re.compile(
        _any_of(
            "und oder in im aus bei beim nach über während durch auf an am vor für von vom zu zum zur mit gegen um bis "
            "seit wegen dass ob wie als des"
        )
    ),
    "en": re.compile(
        _any_of(
            "and or but in at from near inside across into over by than after before that which who whom how why "
            "what for "
            "of on as with against about because while when if not no to during between among amid under through since "
            "until around off"
        )
    ),
    "ru": re.compile(
        _any_of(
            "и или а но в во на из от о об с со к ко по при между над под у за через до для после против что чтобы как "
            "который которая которые вблизи около близ сборн* команд*"
        )
        + r"|\w{2}(?:ть|ти)(?:ся)?\b"
    ),
    "tr": re.compile(_any_of("ve veya")),
}
#: When and where, between the verb and what leads to the other: «met in Sochi on Tuesday with».
CIRCUMSTANCE = {
    "de": re.compile(r"(?: (?:am|im|in|bei|zum) (?:der |dem |den )?[\w.-]+(?: petersburg)?){1,2}(?= )"),
    "en": re.compile(r"(?: (?:(?:on|in|at) (?:the )?[\w.-]+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)){1,2}(?= )"),
    "ru": re.compile(r"(?: во? (?:\w+(?:ом|ем|ой) )?[\w-]+){1,2}(?= )"),
}
#: Told of as past, or as background: no news of this report. A month without a day is a while ago.
BACKDROP = {
    "de": re.compile(
        r"\b(?:damals|einst|(?:vergangene|vorige|letzte)[nrs]? (?:jahr|monat|herbst|sommer|winter|"
        r"frühjahr)\w*|vor \w+ (?:jahre|monate)n?|(?:1\d|20)\d\d|(?:im|ende|anfang|mitte) "
        r"(?:januar|februar|märz|april|mai|"
        r"juni|juli|august|september|oktober|november|dezember))\b"
    ),
    "en": re.compile(
        r"\b(?:(?:months?|years?|weeks) (?:ago|earlier|before|after)|previously|once|"
        r"(?:1\d|20)\d\d|(?:last (?:year|month|summer|autumn|fall|winter|spring)|(?:last|in) (?:january|february|march|"
        r"april|may|june|july|august|september|october|november|december)(?! \d)))\b"
    ),
    "ru": re.compile(
        r"\b(?:ранее|(?:прошл|минувш)\w+ (?:год|осен|весн|лет|зим|месяц)\w*|(?:1\d|20)\d\d|"
        r"(?:лет|год\w*|месяц\w*) назад|(?<!\d )(?:январе|феврале|марте|апреле|мае|июне|июле|августе|сентябре|октябре|"
        r"ноябре|декабре))\b"
    ),
    "tr": re.compile(
        r"\b(?:geçen (?:yıl|ay|sene|kasım|ekim)\w*|(?:yıl|ay|sene) önce|daha önce|(?:1\d|20)\d\d\w*|eğer)\b"
    ),
}
#: Before the verb they make its clause a background, too: «after Turkey shot down a jet».
AFTER = {
    "de": re.compile(_any_of("nachdem seit seitdem")),
    "en": re.compile(r"\b(?:after (?!\w+ing\b)|since\b)"),
    "ru": re.compile(r"\b(?:после того|с тех пор)\b"),
    "tr": re.compile(r"(?!)"),
}
#: Of several: «the leaders of Russia and Turkey met».
POSTS_OF = {
    "de": re.compile(r"\b(?:präsidenten|außenminister|staatschefs|vertreter) (?:von |aus |der )?\Z"),
    "en": re.compile(r"\b(?:leaders|presidents|ministers|officials|delegations|diplomats) (?:of|from) (?:the )?\Z"),
    "ru": re.compile(r"\b(?:президенты|лидеры|главы|министры|представители)(?: иностранных дел| обороны)? \Z"),
    "tr": re.compile(r"(?!)"),
}
#: Directly before who does it: «when Hollande meets Putin», «если Россия нападёт».
SUPPOSED = {
    "de": re.compile(r"\b(?:wenn|falls|bevor|ob|sollte|solange|bis) (?:\w+ ){0,3}\Z"),
    "en": re.compile(r"\b(?:when|if|before|until|unless|whether|should|could|would|did|does) (?:[\w.'’-]+ ){0,3}\Z"),
    "ru": re.compile(r"\b(?:если|когда|чтобы|пока|ли) (?:\w+ ){0,3}\Z"),
}
#: A meeting that may not be one.
UNHELD = re.compile(
    _any_of(
        "no setting suggestion possible possibility potential proposed planned canceled cancelled future "
        "kein* mögliche* geplante* возможн* muhtemel olası"
    )
)
#: A form of «be» before the verb: without «by» it is said of the subject what others do to it.
ENGLISH_BE = re.compile(r"\b(?:was|were|been|is|are|being|be)(?: \w+ly)? \Z")
ENGLISH_BY = re.compile(r" (?:down )?(?:[\w-]+ ){0,2}?by (?:[\w'’-]+ ){0,4}")
GERMAN_HAVE = re.compile(_any_of("hat haben habe hätte hätten"))
GERMAN_HAD = re.compile(_any_of("hatte hatten"))
GERMAN_PASSIVE = re.compile(_any_of("wurde wurden wird werden werde worden"))
GERMAN_BY = re.compile(r"\b(?:von|vom|durch) (?:\w+ ){0,3}\Z")
#: A state's jets and troops are the state where something is done by or to them.
THEIR_FORCES = re.compile(
    r"[ -](?:[\w-]+ )?(?:\w*jets?|\w*planes?|aircraft|bombers?|fighters?|forces|troops|positions?|drones?|helicopters?|"
    r"officials?|\w*(?:flugzeug|truppen|stellung|hubschrauber|bomber|drohne|luftwaffe)\w*|самол\w+|истребит\w+|"
    r"бомбард\w+|вертол\w+|войск\w*|военны\w+|позици\w+|ввс|вкс|беспилотн\w+|су-\d+|su-\d+|f-16\w*|uça[kğ]\w*)\b"
)
#: «Trump son-in-law», «WikiLeaks founder»: somebody else is meant.
SOMEBODY_ELSE = re.compile(
    r"(?:['’\x92]s?)? (?:[\w-]+ )?(?:son-in-law|founder|co-founder|envoys?|aides?|advis[eo]rs?|spokes\w+|ambassadors?|"
    r"all(?:ies|y)|lawmakers?|compan(?:y|ies)|supporters?|lawyers?|opponents?|critics|rebels?|candidates?|backers?|"
    r"citizens?|oligarchs?|senators?|campaign|son|daughter|wife|brother|nationals?|militants?)\b"
)
#: «His ISIS strategy»: a body or state behind it only says which.
HIS = re.compile(r"\b(?:his|her|its|their) \Z")
POSSESSIVE = re.compile(r"['’\x92]s\b")
WHO = re.compile(r"(?:which|who|die|der|das|котор\w+) ")

TURKISH_FROM = re.compile(r"['’\x92]?[dt][ae]n ")
TURKISH_TO = re.compile(r"['’\x92]?[yn]?[ae] (?!karşı|doğru|kadar|göre|yönelik|ilişkin|rağmen|bağlı)")
TURKISH_WITH = re.compile(r"(?: ile|['’\x92]?y?l[ae])\b")
TURKISH_OF = re.compile(r"['’\x92]?n?[ıiuü]n\b")
#: «önerdiğini»: whose deed it is stands in the genitive.
TURKISH_NOMINAL = re.compile(r"\w*[dt][ıiuü](?:ğ|kl[ae]r)[ıiuü]n")
TURKISH_WE = re.compile(r"\w*(?:[dt][ıiuü]k|yor?uz)")
TURKISH_NOUN, TURKISH_MEETING = _by_deed(TURKISH_NOUNS), _by_deed(TURKISH_MEETINGS)
#: «The EU» and «Turkey» are feminine: behind «der» they are no subject.
GERMAN_FEMININES = frozenset(("türkei", "ukraine", "schweiz", "slowakei", "mongolei"))
#: Two who do it together need no «with».
WITH = {"de": "mit ", "en": "with ", "ru": "со? "}
WITH_OTHERS = {lang: re.compile(f" {word}") for lang, word in WITH.items()}
MEETING = {lang: _by_deed(table) for lang, table in MEETINGS.items()}
