"""How actors look on a terminal: the overview of a period, one actor in full, names under review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.cli.console import Column, Listing, counted, facts, out, plain
from monitor.report.charts import sparkline
from monitor.report.plain import shorten

if TYPE_CHECKING:
    from monitor.actor_review import Unconfirmed
    from monitor.analyse.gazetteer import Actor, Gazetteer, Office
    from monitor.app import App
    from monitor.model import Acting, ActorFindings, Article
    from monitor.report.actors import ActorLine, Overview, PairLine, Partner, Portrait

RISING_SHOWN = NEW_SHOWN = PAIRS_SHOWN = PARTNERS_SHOWN = OUTLETS_SHOWN = 10
QUOTES_SHOWN = 8
PASSAGES_SHOWN, PASSAGE_CHARS = 5, 180
DECIDED = {"confirm": "confirmed", "merge": "merged", "reject": "rejected", "undo": "undone"}
LANGUAGE_NAMES = {"de": "German", "en": "English", "tr": "Turkish", "ru": "Russian", "ar": "Arabic", "fr": "French"}


def marked(actor: str, name: str) -> str:
    """A name as it is shown: with a question mark while nobody has confirmed it."""
    return f"{plain(name)}[dim] ?[/]" if actor.startswith("?") else plain(name)


def _words(text: str) -> str:
    return plain(text.replace("_", " "))


# --- a period -------------------------------------------------------------------------------------------------------


def print_overview(found: Overview, *, limit: int, draws_course: bool, zone: str) -> None:
    """The most frequent, rising and new actors, and the pairs."""
    since, until = (moment.astimezone(ZoneInfo(zone)) for moment in (found.since, found.until))
    days = f"{since:%Y-%m-%d} to {until - (until - since) / 10_000:%Y-%m-%d}"
    before = f"[dim]· as many days before: {found.articles_before}[/]"
    out.print(f"[bold]{counted(found.articles, 'article')}[/], {days} {before}\n")
    _print_lines(found.actors[:limit], draws_course=draws_course)
    if (left := len(found.actors) - limit) > 0:
        out.print(f"[dim]and {left} more: --limit {len(found.actors)}[/]")
    if found.rising:
        _heading("Rising", "share of all articles, against the period before")
        _print_rising(found.rising[:RISING_SHOWN])
    if found.new:
        _heading("New", "in no article before")
        _print_new(found.new[:NEW_SHOWN], len(found.new) - NEW_SHOWN)
    if found.pairs:
        _heading("Who meets whom", "articles with both in one sentence, and what the verb says where it is plain")
        _print_pairs(found.pairs[:PAIRS_SHOWN])


def _heading(text: str, about: str = "") -> None:
    out.print(f"\n[bold]{text}[/]" + (f" [dim]· {about}[/]" if about else ""))


def _print_lines(lines: Sequence[ActorLine], *, draws_course: bool) -> None:
    listing = Listing(
        Column(name="actor", is_wide=True),
        Column(name="type", from_width=80),
        Column(name="articles", is_number=True),
        Column(name="main", is_number=True),
        Column(name="mentions", is_number=True, from_width=90),
        Column(name="outlets", is_number=True, from_width=70),
        Column(name="in", from_width=100),
        Column(name="before", is_number=True),
        Column(),
    )
    for line in lines:
        listing.add(
            marked(line.actor, line.name),
            f"[dim]{_words(line.type)}[/]",
            str(line.articles),
            str(line.main or "–"),
            str(line.mentions),
            str(line.outlets),
            " ".join(line.languages),
            str(line.before),
            (f"{sparkline(line.course)} " if draws_course else "") + (f"[bold]{line.trend}[/]" if line.trend else ""),
        )
    listing.print()


def _print_rising(lines: Sequence[ActorLine]) -> None:
    listing = Listing(Column(), Column(is_number=True), Column(is_number=True), Column())
    for line in lines:
        listing.add(
            marked(line.actor, line.name),
            f"{line.before} → {line.articles}",
            f"×{line.growth:g}" if line.growth else "",
            f"[dim]at least ×{line.growth_at_least:g}[/]",
        )
    listing.print()


def _print_new(lines: Sequence[ActorLine], left: int) -> None:
    names = ", ".join(f"{marked(line.actor, line.name)} ({line.articles})" for line in lines)
    out.print(names + (f" [dim]and {left} more[/]" if left > 0 else ""))


def _print_pairs(pairs: Sequence[PairLine]) -> None:
    listing = Listing(Column(), Column(is_number=True), Column(is_wrapped=True))
    for pair in pairs:
        deeds = ", ".join(f"{deed} {count}" for deed, count in pair.deeds.items())
        names = f"{marked(pair.one, pair.one_name)} – {marked(pair.other, pair.other_name)}"
        listing.add(names, str(pair.articles), f"[dim]{_words(deeds)}[/]")
    listing.print()


# --- one actor ------------------------------------------------------------------------------------------------------


def print_portrait(
    app: App,
    actor: str,
    portrait: Portrait | None,
    articles: Sequence[Acting],
    findings: Mapping[int, ActorFindings],
    *,
    only_matches: bool,
) -> None:
    """All that is known of an actor, and all that the articles say."""
    known = app.acting_gazetteer.actors.get(actor)
    if known:
        _print_listed(app, known)
    else:
        out.print(f"[bold]{plain(actor[1:])}[/] [dim]· discovered, not confirmed[/]")
    if portrait is None:
        what = "match" if only_matches else "article"
        more = " [dim]In all that was read: --all[/]" if only_matches else ""
        out.print(f"\nNamed in no {what} of this period.{more}")
        return
    _print_mentions(portrait, only_matches=only_matches)
    if not known:
        _print_passages(app, actor, articles, findings)
    _print_partners(app.acting_gazetteer, portrait.partners[:PARTNERS_SHOWN])
    _print_quotes(portrait)


def _print_listed(app: App, actor: Actor) -> None:
    gazetteer = app.acting_gazetteer
    out.print(f"[bold]{plain(actor.name)}[/]  [dim]{plain(actor.id)}[/]\n")
    state = gazetteer.actors.get(f"@{actor.country}")
    names = {
        "type": _words(actor.type) + (f", {plain(state.name)}" if state else ""),
        "Wikidata": plain(actor.wikidata),
        "office": "\n".join(_office(office, gazetteer) for office in actor.offices),
        **_names_by_language(actor),
        "decided": "\n".join(_decisions(app, actor.id)),
    }
    facts(*((label, said) for label, said in names.items() if said))


def _office(office: Office, gazetteer: Gazetteer) -> str:
    of = gazetteer.actors.get(f"@{office.of}")
    held = f"{office.since or '?'} to {office.until or 'now'}" if office.since or office.until else ""
    return _words(office.role) + (f", {plain(of.name)}" if of else "") + (f" [dim]{held}[/]" if held else "")


def _names_by_language(actor: Actor) -> dict[str, str]:
    """Every form, under its language; those that need company in brackets."""
    found: dict[str, dict[str, None]] = {}
    for form in actor.forms:
        label = LANGUAGE_NAMES.get(form.lang, "any language")
        said = f"({plain(form.text)})" if form.kind == "context" else plain(form.text)
        found.setdefault(label, {})[f"[dim]{said}[/]" if form.kind in ("context", "adjective") else said] = None
    return {label: ", ".join(said) for label, said in found.items()}


def _decisions(app: App, actor: str) -> list[str]:
    from monitor.actor_review import decisions_on

    return [
        f"«{plain(each.name)}» {DECIDED[each.kind.value]}"
        f" [dim]by {plain(each.author)}, {each.at:%Y-%m-%d %H:%M} UTC{f': {plain(each.note)}' if each.note else ''}[/]"
        for each in decisions_on(app.actor_book, actor).values()
    ]


def _print_mentions(portrait: Portrait, *, only_matches: bool) -> None:
    _heading("In matches" if only_matches else "In all articles")
    roles = ", ".join(f"{role} in {count}" for role, count in portrait.roles.items())
    days = f"{portrait.first_at:%Y-%m-%d} to {portrait.last_at:%Y-%m-%d}" if portrait.first_at else ""
    if undated := portrait.articles - sum(portrait.course):
        days += f"{' · ' if days else ''}{undated} undated"
    more = len(portrait.outlets) - OUTLETS_SHOWN
    outlets = ", ".join(f"{plain(name)} {n}" for name, n in list(portrait.outlets.items())[:OUTLETS_SHOWN])
    rows = (
        ("articles", f"{portrait.articles} [dim]· {counted(portrait.mentions, 'mention')} · {roles}[/]"),
        ("days", days),
        ("", sparkline(portrait.course) if len(portrait.course) > 1 else ""),
        ("outlets", outlets + (f" [dim]and {more} more[/]" if more > 0 else "")),
        ("languages", ", ".join(f"{plain(name)} {n}" for name, n in portrait.languages.items())),
    )
    facts(*(row for row in rows if row[1]))


def _print_passages(app: App, actor: str, articles: Sequence[Acting], findings: Mapping[int, ActorFindings]) -> None:
    """Where a discovered name stands, so that one can decide on it."""
    _heading("Passages")
    rows = []
    for article in articles[: -PASSAGES_SHOWN - 1 : -1]:
        stored = app.store.article(article.article_id)
        first = next((each for each in findings[article.article_id].mentions if each.actor == actor), None)
        if first:
            rows.append((f"a-{article.article_id}", f"… {plain(_passage(stored, first.start))} …"))
    facts(*rows)


def _passage(article: Article, at: int) -> str:
    """The words around a place in an article."""
    text = f"{article.title}\n{article.text}"
    begin = max(0, at - PASSAGE_CHARS // 2)
    begin += len(text[begin:at].partition(" ")[0]) + 1 if begin else 0
    return shorten(text[begin : begin + 2 * PASSAGE_CHARS], PASSAGE_CHARS).rstrip("…")


def _print_partners(gazetteer: Gazetteer, partners: Sequence[Partner]) -> None:
    if not partners:
        return
    _heading("Meets", "articles with both in one sentence; → what it does, ← what is done to it")
    listing = Listing(Column(), Column(is_number=True), Column(is_wrapped=True))
    for each in partners:
        known = gazetteer.actors.get(each.actor)
        deeds = [f"→ {deed} {n}" for deed, n in each.does.items()] + [
            f"← {deed} {n}" for deed, n in each.suffers.items()
        ]
        name = known.name if known else each.actor.lstrip("@?")
        listing.add(marked(each.actor, name), str(each.articles), f"[dim]{_words(', '.join(deeds))}[/]")
    listing.print()


def _print_quotes(portrait: Portrait) -> None:
    if not portrait.quotes:
        return
    _heading("Says", f"{len(portrait.quotes)} in all, the latest first")
    facts(
        *(
            (
                f"a-{each.article_id}",
                (f"«{plain(shorten(each.text))}»" if each.is_direct else plain(shorten(each.text)))
                + f" [dim]{plain(each.outlet)}, {f'{each.at:%Y-%m-%d}' if each.at else 'undated'}[/]",
            )
            for each in portrait.quotes[:QUOTES_SHOWN]
        )
    )


# --- under review ---------------------------------------------------------------------------------------------------


def print_unconfirmed(names: Sequence[Unconfirmed], gazetteer: Gazetteer, *, limit: int, only_matches: bool) -> None:
    """Names that wait, and what to do with them."""
    if not names:
        more = " [dim]In all that was read: --all[/]" if only_matches else ""
        out.print(f"No name waits for a decision.{more}")
        return
    listing = Listing(
        Column(name="name", is_wide=True),
        Column(name="type", from_width=90),
        Column(name="articles", is_number=True),
        Column(name="main", is_number=True, from_width=100),
        Column(name="in"),
        Column(name="seen in", from_width=80),
        Column(name="may be"),
    )
    for each in names[:limit]:
        listing.add(
            plain(each.name),
            f"[dim]{_words(each.type)}[/]",
            str(each.articles),
            str(each.main or "–"),
            " ".join(each.languages),
            " ".join(f"a-{number}" for number in each.article_ids[:3]),
            ", ".join(_proposed(proposal.actor, proposal.likeness, gazetteer) for proposal in each.proposals[:2]),
        )
    listing.print()
    if (left := len(names) - limit) > 0:
        out.print(f"[dim]and {left} more: --limit {len(names)}[/]")
    out.print(
        "\n[dim]widerhall actors show NAME · confirm NAME · merge NAME INTO · reject NAME; each can be undone[/]",
        soft_wrap=True,
    )


def _proposed(actor: str, likeness: float, gazetteer: Gazetteer) -> str:
    return f"{plain(actor if actor in gazetteer.actors else actor[1:])} [dim]{likeness:.0%}[/]"
