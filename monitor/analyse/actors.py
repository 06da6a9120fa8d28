"""Who acts in one text: mentions, quotes, roles, relations. Pure; the gazetteer comes in, findings go out.

The matcher says which listed names stand where. Here is decided what they are in their place: a capital as government
or as place, a surname as its bearer's or a namesake's, an actor as main, secondary or mentioned.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from monitor.analyse.cues import (
    CALLED_AFTER,
    CALLED_BEFORE,
    CAPITAL_OF,
    DISTANCES,
    MILITARY_THINGS,
    NOT_PLACE_BEFORE,
    PLACE_FOLLOWERS,
    PLACE_PREPOSITIONS,
    SPEECH_VERBS,
    TURKISH_GOING,
    TURKISH_PART,
    TURKISH_PLACE_SUFFIX,
)
from monitor.analyse.discovery import Discovery, Findings, discover, with_further
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.name_words import TITLES
from monitor.analyse.names import Hit, fold_word
from monitor.analyse.quotes import find_quotes
from monitor.analyse.relations import find_relations
from monitor.analyse.speech import joined, outline
from monitor.analyse.subjects import Subjects
from monitor.model import ActorFindings, ActorRole, Mention

#: A mention in the title weighs as much as three in the text, one in the opening as two.
TITLE_WEIGHT, LEAD_WEIGHT = 3, 2
LEAD_LETTERS = 400
LETTERS_OF_TWO_WORDS = 50
#: Main actors weigh at least this share of the heaviest one.
MAIN_SHARE = 0.5
SECONDARY_WEIGHT = 2
_LAST_WORD = re.compile(r"[^\W\d_][\w-]*\Z")
_WORD_AFTER = re.compile(r"^(?:['’]\w+)?[ -]([^\W\d_][\w-]*)")
_MILITARY = (" military", " Military")
_THING_AFTER = re.compile(r"[ -](?:International |Uluslararası )?([^\W\d_]\w*)")
_DATELINE = re.compile(r"\A[ ]?(?:\([^)\n]{2,30}\) ?)?(?:/[^\n,]{2,30}, ?)?(?:[–—-]|, ?\()")
_AND = re.compile(r",? (?:and|or|und|oder|ve|и|или) |, ")
_CAPITAL_OF = re.compile(CAPITAL_OF)
_TR_PLACE = re.compile(TURKISH_PLACE_SUFFIX)
#: «Ankara'da», «Ankara ve İstanbul'da», «Ankara'ya gitti», «Ankara'nın merkezinde».
_TR_AFTER = (rf"(?:,| ve) \w+(?:{TURKISH_PLACE_SUFFIX})", TURKISH_GOING, TURKISH_PART)
_TR_PLACES = (_TR_PLACE, *map(re.compile, _TR_AFTER))


#: A second finder of names in a text of a language, for discoveries beside our own.
NameFinder = Callable[[str, str], Iterable[Discovery]]


def extract_actors(
    title: str,
    text: str,
    lang: str,
    gazetteer: Gazetteer,
    further: NameFinder | None = None,
    *,
    in_full: bool = True,
) -> ActorFindings:
    """Find everybody who acts in an article; offsets are into `title + "\n" + text`.

    Not in full: only the listed actors and their roles, at a quarter of the cost.
    """
    whole = f"{title}\n{text}"
    read = f"{title}\n{joined(text)}"
    hits = _with_titled(read, lang, *gazetteer.matcher.scan(read, lang))
    lines = outline(read, lang) if in_full and lang in SPEECH_VERBS else None
    found = discover(read, lang, lines, hits, gazetteer) if lines else Findings()
    if further and in_full:
        found = with_further(found, further(whole, lang), hits, whole)
    found = _without_rejected(found, gazetteer)
    acting = [hit for hit in hits if gazetteer.actors[hit.id].type != "place"]
    mentions = _mentions(whole, lang, acting, found, gazetteer)
    discovered = {f"?{discovery.name}": discovery.type for discovery in found.discoveries}
    types = {actor: discovered.get(actor) or gazetteer.actors[actor].type for actor in {m.actor for m in mentions}}
    roles = weigh_roles(mentions, len(title), gazetteer, types)
    if lines is None:
        return ActorFindings(mentions=mentions, roles=roles)
    subjects = Subjects(lines.masked, lang, mentions, types, _oblique(read, lang, hits, found))
    return ActorFindings(
        mentions=mentions,
        quotes=find_quotes(whole, lang, lines, mentions, types, gazetteer.actors, subjects),
        roles=roles,
        relations=find_relations(lines, lang, mentions, types, gazetteer, subjects),
    )


def _with_titled(text: str, lang: str, hits: list[Hit], nameless: list[Hit]) -> list[Hit]:
    """Add surnames whose bearer is never named in full, where a title precedes one and nobody else is called so."""
    titled = set()
    for hit in nameless:
        if _words_before(text, hit.start)[1] in TITLES.get(lang, ()):
            titled.add(hit.id)
    sharing = Counter(hit.start for hit in nameless)
    added = [
        Hit(hit.start, hit.end, hit.id, "short", hit.form)
        for hit in nameless
        if hit.id in titled and sharing[hit.start] == 1
    ]
    return sorted([*hits, *added], key=lambda hit: hit.start) if added else hits


def _words_before(text: str, place: int) -> tuple[str, str]:
    """The two words that lead to a name, folded; "" where there is none."""
    near = text[max(0, place - LETTERS_OF_TWO_WORDS) : place]
    if near[-1:] not in (" ", "-"):
        return "", ""
    *earlier, last = near[:-1].rsplit(" ", 2)
    word = _LAST_WORD.search(last)
    if word is None:
        return "", ""
    word_before = _LAST_WORD.search(earlier[-1]) if earlier and not word.start() else None
    return fold_word(word_before.group()) if word_before else "", fold_word(word.group())


def _without_rejected(found: Findings, gazetteer: Gazetteer) -> Findings:
    """Names that an analyst said are nobody's stay away."""
    kept = (discovery for discovery in found.discoveries if gazetteer.decided.get(fold_word(discovery.name)) != "")
    return replace(found, discoveries=tuple(kept))


def _mentions(text: str, lang: str, hits: Sequence[Hit], found: Findings, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    wider = {hit: (start, end) for hit, start, end in found.widened}
    covered = list(wider.values())
    kept = []
    place_end = -1
    for hit, following in zip_longest(hits, hits[1:]):
        if hit in found.dropped:
            continue
        if hit.kind == "metonym":
            is_listed_place = place_end >= 0 and _AND.fullmatch(text, place_end, hit.start)
            if is_listed_place or not _is_government(text, hit, lang, following.start if following else len(text)):
                place_end = hit.end
                continue
        if lang == "tr" and _is_of_another_state(hit, hits, gazetteer):
            continue
        if gazetteer.actors[hit.id].type == "person" and _is_only_called_after(text, hit, lang):
            continue
        start, end = wider.get(hit, (hit.start, hit.end))
        if _is_military_thing(text, start, end):
            kept.append(_owner(text, hit, gazetteer))
            continue
        if covered and hit not in wider and any(a < end and start < b for a, b in covered):
            continue
        kept.append(Mention(actor=hit.id, start=start, end=end, surface=text[start:end], kind=hit.kind))
    for discovery in found.discoveries:
        actor = gazetteer.decided.get(fold_word(discovery.name)) or f"?{discovery.name}"
        kept += [
            Mention(actor=actor, start=start, end=end, surface=text[start:end], kind="discovered")
            for start, end in discovery.spans
        ]
    return tuple(sorted(kept, key=lambda mention: mention.start))


def _is_of_another_state(hit: Hit, hits: Sequence[Hit], gazetteer: Gazetteer) -> bool:
    """«Rusya Deniz Kuvvetleri», «Suriye Genelkurmayı»: what Turks call their own bodies, of somebody else."""
    actor = gazetteer.actors[hit.id]
    if actor.type != "organisation" or actor.country != "turkey" or "Tür" in hit.form:
        return False
    owner = next((other for other in hits if other.end == hit.start - 1), None)
    return owner is not None and owner.id != "@turkey" and gazetteer.actors[owner.id].type in ("state", "armed_group")


def _is_only_called_after(text: str, hit: Hit, lang: str) -> bool:
    """«Ataturk Airport», «аэропорт имени Ататюрка»: a place that bears a name is no mention of its bearer."""
    after = _THING_AFTER.match(text, hit.end)
    if after and fold_word(after.group(1)) in CALLED_AFTER and (lang != "de" or text[hit.end] == "-"):
        return True  # but «So weiht Erdogan Flughafen ein»
    earlier, last = _words_before(text, hit.start)
    return (earlier if last == "имени" else last) in CALLED_BEFORE


def _is_military_thing(text: str, start: int, end: int) -> bool:
    """«A Russian military jet» is no mention of the military but of whose jet it is."""
    follower = _WORD_AFTER.match(text[end : end + 30]) if text.endswith(_MILITARY, start, end) else None
    return follower is not None and fold_word(follower.group(1)) in MILITARY_THINGS


def _owner(text: str, hit: Hit, gazetteer: Gazetteer) -> Mention:
    end = hit.start + len(text[hit.start : hit.end].partition(" ")[0])
    state = f"@{gazetteer.actors[hit.id].country}"
    return Mention(actor=state, start=hit.start, end=end, surface=text[hit.start : end], kind="adjective")


def _oblique(text: str, lang: str, hits: Sequence[Hit], found: Findings) -> set[int]:
    """Where a name stands in another form than the listed one: in a case, that is, and so no subject."""
    names = {hit.start: (hit.form, text[hit.start : hit.end]) for hit in hits}
    for discovery in found.discoveries:
        names |= {start: (discovery.name, text[start:end]) for start, end in discovery.spans}
    if lang == "ru":
        return {start for start, (listed, there) in names.items() if not fold_word(listed).endswith(fold_word(there))}
    return {start for start, (listed, there) in names.items() if _is_genitive(listed, there)}


def _is_genitive(listed: str, there: str) -> bool:
    is_longer = len(there) > len(listed) and there[-1:] not in ".)"
    return is_longer or (there.endswith("s") and not fold_word(listed).endswith(fold_word(there)))


def _is_government(text: str, hit: Hit, lang: str, next_start: int) -> bool:
    """Whether a capital stands for the government rather than for the city; `next_start` is where the next name is."""
    hit_text, after = text[hit.start : hit.end], text[hit.end : hit.end + 40]
    near = text[max(0, hit.start - 20) : hit.start]
    if _CAPITAL_OF.search(near) or (near.rstrip(" (")[-1:] in ("", "\n", ".", "/") and _DATELINE.match(after)):
        return False
    if near[-1:] in tuple('«“„\x93"') and after[:1] in tuple('»”“\x94"'):
        return False  # a ship, a newspaper, a football club
    earlier, last = _words_before(text, hit.start)
    if last in PLACE_PREPOSITIONS.get(lang, ()) and earlier not in NOT_PLACE_BEFORE:
        return False
    if earlier in DISTANCES and last in ("von", "of", "from"):
        return False
    if lang == "tr" and (any(place.match(after) for place in _TR_PLACES) or _TR_PLACE.search(hit_text)):
        return False
    follower = _WORD_AFTER.match(after)
    if follower is None:
        return True
    is_compound = lang in ("tr", "en") and follower.group(1)[0].isupper() and hit.end + follower.start(1) != next_start
    return not is_compound and fold_word(follower.group(1)) not in PLACE_FOLLOWERS


def weigh_roles(
    mentions: Sequence[Mention], title_length: int, gazetteer: Gazetteer, types: Mapping[str, str]
) -> tuple[ActorRole, ...]:
    """Main, secondary or mentioned, by count, position and title; sources report, so they are only mentioned."""
    counts = Counter(mention.actor for mention in mentions)
    weights: Counter[str] = Counter()
    for mention in mentions:
        in_title, in_lead = mention.start < title_length, mention.start < title_length + LEAD_LETTERS
        weights[mention.actor] += TITLE_WEIGHT if in_title else LEAD_WEIGHT if in_lead else 1
    heaviest = max((weight for actor, weight in weights.items() if types[actor] != "source"), default=0)

    def role(actor: str) -> str:
        if types[actor] == "source" or weights[actor] < SECONDARY_WEIGHT:
            return "mentioned"
        return "main" if weights[actor] >= MAIN_SHARE * heaviest else "secondary"

    return tuple(
        ActorRole(
            actor=actor,
            role=role(actor),
            count=counts[actor],
            name=gazetteer.actors[actor].name if actor in gazetteer.actors else actor[1:],
            type=types[actor],
        )
        for actor, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    )
