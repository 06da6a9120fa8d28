"""Changes of a watch over the API: what they would do, saved with a reason, and the history of them.

What has to be read for is asked for first and answered when it is read: by the same job that the page of tuning has.
"""

from __future__ import annotations

from monitor.config_edit import Draft
from monitor.desk.api.operation import Ask
from monitor.desk.api.others import Answer
from monitor.desk.change import Asked, change_of
from monitor.desk.tuning import answer_at_hand, read_for, reading_of
from monitor.errors import ChangedMeanwhileError, UsageError
from monitor.saving import saved_change, saved_changes
from monitor.shapes import answer_json, saved_json
from monitor.tuning import needs_reading


def what_if(ask: Ask) -> Answer:
    draft = _draft(ask)
    answer = answer_at_hand(ask.desk, draft)
    if answer is None:
        raise UsageError("every text has to be read for that: send it to /api/tuning/reading, and ask again after")
    return answer_json(ask.desk.store, draft, answer)


def begin_reading(ask: Ask) -> Answer:
    draft = _draft(ask)
    if not needs_reading(draft.before, draft.after):
        raise UsageError("no text has to be read for that: send it to /api/tuning/what-if")
    read_for(ask.desk, draft)
    return reading(ask)


def reading(ask: Ask) -> Answer:
    job = reading_of(ask.desk)
    if job is None:
        return {"done": 0, "total": 0, "is_over": True, "failed": ""}
    return {"done": job.done, "total": job.total, "is_over": job.is_over, "failed": job.failed}


def save_change(ask: Ask) -> Answer:
    """As the page does: with a reason, and not over somebody's head."""
    draft = _draft(ask)
    if not draft.diff:
        raise UsageError("that changes nothing")
    if not (reason := ask.body["reason"].strip()):
        raise UsageError("a change is saved with its reason")
    if ask.body.get("diff", draft.diff) != draft.diff:
        raise ChangedMeanwhileError("the file was changed since: ask again what it would do")
    answer = answer_at_hand(ask.desk, draft)
    if answer is None:
        raise UsageError("nobody knows yet what this does: send it to /api/tuning/reading first")
    gained, lost = len(answer.effect.gained), len(answer.effect.lost)
    ask.desk.save(draft, author=ask.desk.author, reason=reason, gained=gained, lost=lost)
    return history(ask)


def history(ask: Ask) -> Answer:
    changes = [saved_json(each) for each in saved_changes(ask.desk.store, ask.watch.id)]
    return {"watch": ask.watch.id, "changes": changes}


def _draft(ask: Ask) -> Draft:
    desk, said = ask.desk, ask.body
    asked = Asked(
        match=str(said.get("match", "")),
        review=str(said.get("review", "")),
        points={name: str(points) for name, points in said.get("points", {}).items()},
        without=said.get("without", []),
        phrase=said.get("phrase", ""),
        rule=said.get("rule", ""),
        language=said.get("language", ""),
        back=str(said.get("back", "")),
        text="\n".join(said.get("text", "").encode("utf-8", "replace").decode().splitlines()),
    )
    change = change_of(asked, ask.watch, lambda number: saved_change(desk.store, ask.watch.id, number).before)
    return desk.draft(ask.watch.id, change)
