"""Say how a listed form may end in running text: cases, suffixes, prefixes, per language. Pure tables and rules.

It over-generates where that is harmless («Alexandes Lawrow» never occurs) and stays closed where it is not: nothing
here turns «Putin» into «Putinismus». It does not analyse text; the matcher in `names` asks it once, at build time.
"""

import itertools
import re
from collections.abc import Iterator

#: Folded endings (see `names.fold`) that may follow a proper name without a sign between.
NAME_TAILS = {"de": r"s|es", "en": r"s"}  # «Syrias»: many feeds lose the apostrophe of «Syria's»
#: The same for adjectives of states: «russischen», «turques», «التركية».
ADJECTIVE_TAILS = {"de": r"e|en|er|es|em|s", "fr": r"e|s|es", "ar": r"ه|ين|ون|ات|يه|ا"}
#: The same for concepts, which are ordinary words.
CONCEPT_TAILS = {
    "de": r"e|en|er|es|em|n|s|ern|ens|t|te|ten",
    "en": r"s|es|d|ed|ing",
    "fr": r"s|x|e|es",
    "ar": r"ه|ين|ون|ان|ات|ها|هم|ا",
}
# Turkish endings chain: plural, possessive, case, then -ki and -dır. Folded: ı/i and u/ü are already one letter each.
_TR_CASE = r"[iu]|y[iu]|n[iu]|[ae]|y[ae]|n[ae]|n?[dt][ae]n?|n?[iu]n|y?l[ae]|n?c[ae]"
TURKISH_CASE = rf"(?:{_TR_CASE}|s[iu]z)(?:ki(?:ler)?)?"
_TR_POSSESSIVE = r"[iu]?m(?:[iu]z)?|[iu]?n(?:[iu]z)?|s?[iu]"
TURKISH_CHAIN = rf"(?:l[iu]k?|s[iu]z)?(?:l[ae]r)?(?:{_TR_POSSESSIVE})?(?:{_TR_CASE})?(?:ki)?(?:d[iu]r|t[iu]r)?"

ARABIC_PREFIXES = frozenset(
    ["", *(a + b for a in ("", "و", "ف") for b in ("ب", "ل", "ك", "ال", "بال", "كال", "لل", "س")), "و", "ف"]
)

_RU_VOWELS = "аеиоуыэюя"
_RU_ADJECTIVE_HARD = ("ый", "ой", "ого", "ому", "ым", "ом", "ая", "ую", "ое", "ые", "ых", "ыми")
_RU_ADJECTIVE_SOFT = tuple(ending.replace("ы", "и") for ending in _RU_ADJECTIVE_HARD)
# Endings by case (genitive, dative, accusative, instrumental, prepositional); several where two declensions
# share a nominative.
_RU_CASES: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("ия", (("ии",), ("ии",), ("ию",), ("ией",), ("ии",))),
    ("ая", (("ой", "ей"), ("ой", "ей"), ("ую",), ("ой", "ою", "ей"), ("ой", "ей"))),
    ("яя", (("ей",), ("ей",), ("юю",), ("ей",), ("ей",))),
    ("ое", (("ого",), ("ому",), ("ое",), ("ым", "им"), ("ом",))),
    ("ее", (("его",), ("ему",), ("ее",), ("им",), ("ем",))),
    ("ые", (("ых",), ("ым",), ("ые", "ых"), ("ыми",), ("ых",))),
    ("ие", (("их", "ия"), ("им", "ию"), ("ие", "их"), ("ими", "ием"), ("их", "ии"))),
    ("ый", (("ого",), ("ому",), ("ого", "ый"), ("ым",), ("ом",))),
    ("ой", (("ого",), ("ому",), ("ого", "ой"), ("ым", "им"), ("ом",))),
    ("ий", (("ого", "ия", "его"), ("ому", "ию", "ему"), ("ого", "ий", "ия", "его"), ("им", "ием"), ("ом", "ии", "ем"))),
    ("ова", (("овой",), ("овой",), ("ову",), ("овой",), ("овой",))),
    ("ева", (("евой",), ("евой",), ("еву",), ("евой",), ("евой",))),
    ("ина", (("иной", "ины"), ("иной", "ине"), ("ину",), ("иной",), ("иной", "ине"))),
    ("ко", (("ко",), ("ко",), ("ко",), ("ко",), ("ко",))),
    ("ство", (("ства",), ("ству",), ("ство",), ("ством",), ("стве",))),
    ("ел", (("ла", "ела"), ("лу", "елу"), ("ла", "ела"), ("лом", "елом"), ("ле", "еле"))),
    ("ец", (("ца", "еца"), ("цу", "ецу"), ("ца", "еца"), ("цем", "ецем"), ("це", "еце"))),
    ("а", (("ы", "и"), ("е",), ("у",), ("ой", "ою", "ей"), ("е",))),
    ("я", (("и",), ("е", "и"), ("ю",), ("ей", "ею"), ("е", "и"))),
    ("ь", (("я", "и"), ("ю", "и"), ("я", "ь"), ("ем", "ью", "ём"), ("е", "и"))),
    ("й", (("я",), ("ю",), ("я", "й"), ("ем",), ("е", "и"))),
    ("ы", (("ов", ""), ("ам",), ("ы", "ов"), ("ами",), ("ах",))),
    ("и", (("", "ов", "ей"), ("ам", "ям"), ("и", "ов"), ("ами", "ями"), ("ах", "ях"))),
    ("о", (("а",), ("у",), ("о",), ("ом",), ("е",))),
)  # fmt: skip
_RU_CONSONANT = (("а",), ("у",), ("а", ""), ("ом", "ым", "ем"), ("е",))
_RU_PLURALS = {  # concepts only: «удар» stands for «удары», «ударам» too
    "ия": ("ии", "ий", "иям", "иями", "иях"),
    "ие": ("ия", "ий", "иям", "иями", "иях"),
    "а": ("", "ам", "ами", "ах"),
    "я": ("ь", "ям", "ями", "ях", "й"),
    "ь": ("и", "ей", "ям", "ями", "ях"),
    "о": ("", "а", "ам", "ами", "ах"),
    "й": ("и", "ев", "ям", "ями", "ях"),
}
_RU_CONSONANT_PLURAL = ("ы", "и", "ов", "ам", "ами", "ах")
_RU_ADJECTIVE = re.compile(r"(ый|ий|ой)$")


def bases(text: str, lang: str, kind: str) -> set[str]:
    """Every spelling of the form that is looked up whole; open-ended suffixes come from `tail_pattern`."""
    if lang == "ru" and re.search("[а-яё]", text, re.IGNORECASE):
        return {text, *_russian_forms(text, kind)}
    found = {text}
    if lang == "de":
        found |= set(_german_forms(text))
    if lang == "tr" and kind == "concept" and text[-1:] in "kçpt":
        found.add(text[:-1] + {"k": "ğ", "ç": "c", "p": "b", "t": "d"}[text[-1]])
    if lang == "ar" and text.startswith("ال"):
        found.add("لل" + text[2:])
    if lang in ("de", "*"):
        found |= {_spell_out(form) for form in found}
    return found | {form.replace("ß", "ss") for form in found}


def tail_pattern(lang: str, kind: str) -> str:
    """A regular expression over folded letters for what may follow a base inside the same word."""
    if lang == "tr":
        if kind == "concept":
            return TURKISH_CHAIN
        return "" if kind == "adjective" else TURKISH_CASE
    table = {"concept": CONCEPT_TAILS, "adjective": ADJECTIVE_TAILS}.get(kind, NAME_TAILS)
    return table.get(lang, "")


_SPELLED_OUT = {ord(short): long for short, long in zip("äöüÄÖÜ", ("ae", "oe", "ue", "Ae", "Oe", "Ue"), strict=True)}


def _spell_out(text: str) -> str:
    return text.translate(_SPELLED_OUT)


def _german_forms(text: str) -> Iterator[str]:
    """«Freie Syrische Armee» → «Freien Syrischen Armee»: the words at the front share one adjective ending."""
    words = text.split(" ")
    adjectives = 0
    while adjectives < len(words) - 1 and re.search(r"\w{3}(?:e|er|es|en|em)$", words[adjectives]):
        adjectives += 1
    for declining in range(1, adjectives + 1):  # the last of them may be a noun: «Syrische Beobachtungsstelle für …»
        stems = [re.sub(r"(?:e|er|es|en|em)$", "", word) for word in words[:declining]]
        for ending in ("e", "er", "es", "en", "em"):
            yield " ".join([*(stem + ending for stem in stems), *words[declining:]])


def _russian_forms(text: str, kind: str) -> Iterator[str]:
    words = text.split(" ")
    if len(words) == 1 and kind in ("adjective", "concept") and _RU_ADJECTIVE.search(text):
        endings = _RU_ADJECTIVE_SOFT if text.endswith("ий") else (*_RU_ADJECTIVE_HARD, *_RU_ADJECTIVE_SOFT)
        yield from (text[:-2] + ending for ending in endings)
        return
    declined = [_decline(word) for word in words]
    for case, declining in itertools.product(range(5), range(1, len(words) + 1)):
        # The head declines, a genitive behind it stays: «Министерства | обороны». Words without a row stay too.
        choices = [
            cases[case] if cases and position < declining else (word,)
            for position, (cases, word) in enumerate(zip(declined, words, strict=True))
        ]
        yield from (" ".join(chosen) for chosen in itertools.product(*choices))
    if kind == "concept" and len(words) == 1:
        yield from _plural(text)


def _decline(word: str) -> tuple[tuple[str, ...], ...] | None:
    """The word in its five oblique cases, or None where it does not decline (acronyms in a vowel, «Чавушоглу»)."""
    last = word[-1:].lower()
    if word.isupper() and (last in _RU_VOWELS or len(word) < 3):
        return None
    if word.isupper() or (last.isalpha() and last not in _RU_VOWELS + "ьй" and not word.endswith(("ел", "ец"))):
        return tuple(tuple(word + ending for ending in case) for case in _RU_CONSONANT)
    for nominative, cases in _RU_CASES:
        if word.endswith(nominative) and len(word) > len(nominative) + 1:
            stem = word[: -len(nominative)]
            return tuple(tuple(stem + ending for ending in case) for case in cases)
    return None


def _plural(word: str) -> Iterator[str]:
    for nominative, endings in _RU_PLURALS.items():
        if word.endswith(nominative):
            yield from (word[: -len(nominative)] + ending for ending in endings)
            return
    if word[-1:] not in _RU_VOWELS:
        yield from (word + ending for ending in _RU_CONSONANT_PLURAL)
