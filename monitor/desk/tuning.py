"""The tuning page: a change tried over everything stored, then saved under its author's name; what was saved before.

A change is saved only for the file that it was shown for: if somebody changed that meanwhile, the page shows what, and
asks again.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.advice import Wishes
from monitor.config_edit import Draft, version_of
from monitor.desk.change import FILE_CHARS, Asked, change_of, read_asked
from monitor.desk.curve import threshold_chart
from monitor.desk.jobs import Job, Progress
from monitor.desk.pages import desk_of, page
from monitor.errors import UnavailableError, WiderhallError
from monitor.model import Watch
from monitor.saving import saved_change, saved_changes
from monitor.tune.rule_use import rule_uses
from monitor.tuning import Answer, Rescored, needs_reading, rescore

if TYPE_CHECKING:
    from monitor.desk.web import Desk

#: Articles named of what is gained and lost, and saved changes that are listed.
NAMED, CHANGES = 12, 10
#: An author's name and a reason are cut here; a form holds the file twice at most.
AUTHOR_CHARS, REASON_CHARS, FORM_CHARS = 80, 500, 5 * FILE_CHARS
#: Days back that a rescore can begin at.
SINCE_DAYS = (7, 30, 90, 365)

#: Jobs that read texts are named so.
_READING = "read "

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is to be said above the page."""

    #: Why nothing was done.
    refused: str = ""
    #: What a change lacks to be saved: «change», «reason» or «answer».
    lacking: str = ""
    #: What somebody else changed in the file meanwhile.
    meanwhile: str = ""


def tuning(request: Request) -> Response:
    """What a change would have done to everything stored."""
    query = request.query_params
    asked = read_asked({name: query.getlist(name) for name in query})
    job = desk_of(request).jobs.current
    if "job" in query and job is not None and isinstance(job.about, Asked):
        asked = job.about
    return _page(request, asked)


async def change(request: Request) -> Response:
    """Ask by a form, save, or begin work that takes longer: `do` says which."""
    body = await request.body()
    form = parse_qs(body[:FORM_CHARS].decode("utf-8", "replace"))
    return await run_in_threadpool(_do, request, form)


def _do(request: Request, form: Form) -> Response:
    desk, asked = desk_of(request), read_asked(form)
    watch = desk.watch(_first(form, "watch"))
    try:
        match _first(form, "do"):
            case "save":
                return _save(request, watch, asked, form)
            case "read":
                read_for(desk, _draft(desk, watch, asked), asked)
                return _back(watch, job="1")
            case "rescore":
                days = _first(form, "since")
                desk.jobs.ask(f"rescore {watch.id}", lambda progress: _rescore(desk, watch, days, progress))
                return _back(watch)
            case "stop":
                desk.jobs.stop()
                return _back(watch)
    except (OSError, WiderhallError) as error:
        return _page(request, asked, Notice(refused=str(error)), status=400)
    return _page(request, asked)


# --- saving -----------------------------------------------------------------------------------------------------------


def _save(request: Request, watch: Watch, asked: Asked, form: Form) -> Response:
    desk = desk_of(request)
    author = desk.author if desk.knows_people else _first(form, "author")[:AUTHOR_CHARS] or desk.author
    reason = _first(form, "reason")[:REASON_CHARS]
    draft = _draft(desk, watch, asked)
    if draft.version != _first(form, "version"):
        meanwhile = _compared(_first(form, "basis"), draft.edit.before)
        return _page(request, asked, Notice(meanwhile=meanwhile or "(only blanks at line ends)\n"), status=409)
    answer = answer_at_hand(desk, draft)
    if answer is None or not draft.diff or not reason:
        lacking = "change" if not draft.diff else "reason" if not reason else "answer"
        return _page(request, asked, Notice(lacking=lacking), status=400)
    effect = answer.effect
    try:
        saved = desk.save(draft, author=author, reason=reason, gained=len(effect.gained), lost=len(effect.lost))
    except UnavailableError:  # somebody was quicker by a moment
        return _page(
            request, asked, Notice(meanwhile=_compared(draft.edit.before, _draft(desk, watch).edit.before)), status=409
        )
    return _back(watch, saved=str(saved.number))


def _compared(before: str, after: str) -> str:
    return "".join(difflib.unified_diff(_lines(before), _lines(after), n=2)).partition("\n")[2].partition("\n")[2]


def _lines(text: str) -> list[str]:
    """Browsers send every line's end in their own way."""
    return [f"{line}\n" for line in text.splitlines()]


def _back(watch: Watch, **said: str) -> Response:
    return RedirectResponse(f"/tuning?{urlencode({'watch': watch.id, **said})}", status_code=303)


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


# --- asking -----------------------------------------------------------------------------------------------------------


def _draft(desk: Desk, watch: Watch, asked: Asked | None = None) -> Draft:
    """The change as an edit of the file as it is now."""
    if asked is None or not asked.fields:
        return desk.draft(watch.id, lambda text: text)
    before = lambda number: saved_change(desk.store, watch.id, number).before  # noqa: E731
    now = _draft(desk, watch).before if not asked.text and not asked.back else watch
    return desk.draft(watch.id, change_of(asked, now, before))


def answer_at_hand(desk: Desk, draft: Draft) -> Answer | None:
    """What the change would do; None where texts have to be read for it, and were not yet."""
    if not needs_reading(draft.before, draft.after):
        return desk.answer(draft.before, draft.after, lambda _done, _total: None)
    job = desk.jobs.current
    return job.result if job is not None and job.name == _reading(draft) else None


def read_for(desk: Desk, draft: Draft, asked: Asked | None = None) -> None:
    """Begin to read all texts with a change."""
    desk.jobs.ask(_reading(draft), lambda progress: desk.answer(draft.before, draft.after, progress), asked)


def reading_of(desk: Desk) -> Job | None:
    """The reading that is under way, or the last one."""
    job = desk.jobs.current
    return job if job is not None and job.name.startswith(_READING) else None


def _reading(draft: Draft) -> str:
    """The name of the job that reads all texts with a change."""
    return f"{_READING}{draft.after.id} {draft.version} {version_of(draft.edit.after)}"


def _rescore(desk: Desk, watch: Watch, days: str, progress: Progress) -> Rescored:
    since = desk.clock() - timedelta(days=int(days)) if days in map(str, SINCE_DAYS) else None
    total, last = desk.store.counts(watch.id).articles, Rescored()
    for number, done in enumerate(rescore(desk.store, desk.reader(), clock=desk.clock, since=since, watch=watch.id)):
        progress(number, total)
        last = done
    return last


# --- the page ---------------------------------------------------------------------------------------------------------


def _page(request: Request, asked: Asked, notice: Notice = Notice(), status: int = 200) -> Response:
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    refused = notice.refused
    try:
        draft: Draft | None = _draft(desk, watch, asked)
    except (OSError, WiderhallError) as error:
        refused = refused or str(error)
        draft = _sound(desk, watch)
    before, after = (draft.before, draft.after) if draft else (watch, watch)
    job = desk.jobs.current
    answer = answer_at_hand(desk, draft) if draft else None
    stands = answer or desk.answer(before, before, lambda _done, _total: None)
    tuner = desk.tuner()
    columns = tuner.columns(watch.id, profile_languages=desk.profile_languages(watch))
    effect = answer.effect if answer else None
    moved = [*effect.gained[:NAMED], *effect.lost[:NAMED]] if effect else []
    response = page(
        request,
        "tuning.html.j2",
        before,
        after=after,
        asked=asked,
        draft=draft,
        changes=_diff_of(draft),
        refused=refused,
        lacking=notice.lacking,
        meanwhile=notice.meanwhile,
        answer=answer,
        effect=effect,
        stands=stands,
        empties=bool(effect and effect.before.outcomes["match"] and not effect.after.outcomes["match"]),
        chart=partial(threshold_chart, stands.curve, now=before.thresholds.match, asked=after.thresholds.match),
        rules=rule_uses(columns, before, tuner.verdicts(watch.id)),
        articles=desk.store.articles_by_id(moved),
        named=NAMED,
        history=saved_changes(desk.store, watch.id)[:CHANGES],
        saved=request.query_params.get("saved", ""),
        author=desk.author,
        knows_people=desk.knows_people,
        job=_shown(job),
        since_days=SINCE_DAYS,
        **_suggested(request, desk, before),
    )
    response.status_code = status
    return response


def _suggested(request: Request, desk: Desk, watch: Watch) -> dict[str, Any]:
    """What could be tried next, where the address asks for it: verdicts are read anew, which takes a moment."""
    query = request.query_params
    if "suggest" not in query:
        return {"advice": None}
    wishes = Wishes(a_day=_wish(query.get("a_day", "")), precision=(_wish(query.get("precision", "")) or 90) / 100)
    advice = desk.advise(watch, wishes)
    return {"advice": advice, "wishes": wishes, "offered": desk.store.articles_by_id(advice.judge_next)}


def _wish(said: str) -> float | None:
    try:
        return float(said) or None
    except ValueError:
        return None


def _sound(desk: Desk, watch: Watch) -> Draft | None:
    """The file as it is, for beside an impossible change; None while it is broken: the last good one is at work."""
    try:
        return _draft(desk, watch)
    except (OSError, WiderhallError):
        return None


def _diff_of(draft: Draft | None) -> str:
    return (
        "".join(line for line in draft.diff.splitlines(keepends=True) if not line.startswith(("---", "+++")))
        if draft
        else ""
    )


def _shown(job: Job | None) -> dict[str, Any] | None:
    """The work under way, or how a rescore ended."""
    if job is None or (job.is_over and not job.name.startswith("rescore")):
        return None
    return {"is_rescore": job.name.startswith("rescore"), "job": job}
