"""What each keyword rule of a watch does in everything stored: how often it fires, on what, and what hangs on it alone.

Pure, over columns. Judges no rule: a rule that never fires may guard against what has not happened yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor.model import Outcome, VerdictKind, Watch
from monitor.tune.columns import HIT, Bools, Columns, day_of
from monitor.tune.effect import judged_in
from monitor.tune.replay import replay

#: A rule that fires on so large a share of everything tells little apart.
OFTEN = 0.4
#: Days without firing that are worth telling.
QUIET_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class RuleUse:
    """One rule, over all articles of a watch."""

    rule: str
    group: str
    points: float
    #: Articles it fires on, of all; and those of them that match.
    fires: int
    of: int
    matches: int
    #: Verdicts on what it fires on.
    relevant: int
    irrelevant: int
    #: Matches that would be none without it, and articles that would match without it.
    makes: int
    holds: int
    #: The day of the latest article it fired on.
    last: date | None
    #: «never fires», «fires on 45 % of everything» …, or nothing.
    remark: str

    @property
    def is_often(self) -> bool:
        """Fires on so much that it tells little apart."""
        return self.fires >= OFTEN * self.of


def rule_uses(columns: Columns, watch: Watch, verdicts: Mapping[int, VerdictKind]) -> list[RuleUse]:
    """Every rule of a watch as it is now, in its order."""
    if not len(columns):
        return []
    matching = replay(columns, watch).is_(Outcome.MATCH)
    judged = judged_in(columns, verdicts)
    return [_use(columns, watch, rule.name, matching, judged) for rule in watch.rules]


def _use(columns: Columns, watch: Watch, name: str, matching: Bools, judged: tuple[Bools, Bools]) -> RuleUse:
    rule = next(each for each in watch.rules if each.name == name)
    fires: Bools = columns.rule_state(name) == HIT
    without = replace(watch, rules=tuple(each for each in watch.rules if each.name != name))
    otherwise = replay(columns, without).is_(Outcome.MATCH)
    relevant, irrelevant = judged
    last = int(columns["day"][fires].max()) if fires.any() else None
    return RuleUse(
        rule=name,
        group=rule.group,
        points=rule.points,
        fires=int(fires.sum()),
        of=len(columns),
        matches=int((fires & matching).sum()),
        relevant=int((fires & relevant).sum()),
        irrelevant=int((fires & irrelevant).sum()),
        makes=int((matching & ~otherwise).sum()),
        holds=int((otherwise & ~matching).sum()),
        last=None if last is None else day_of(last),
        remark=_remark(int(fires.sum()), len(columns), last, int(columns["day"].max())),
    )


def _remark(fires: int, of: int, last: int | None, newest: int) -> str:
    if last is None:
        return "never fires"
    if newest - last >= QUIET_DAYS:
        return f"has not fired in {newest - last} days"
    return f"fires on {fires / of:.0%} of everything" if fires / of >= OFTEN else ""
