"""A discovered name for tests of decisions on names."""

from __future__ import annotations

from dataclasses import replace

from monitor.app import App
from monitor.model import ActorRole, ArticleFilter, Outcome

NAME = "Jolanta Xemplewicz"


def discover(app: App) -> str:
    """Let a match of the first watch name somebody whom no list knows."""
    wanted = ArticleFilter(watch=app.config.watches[0].id, outcomes=frozenset({Outcome.MATCH}), limit=1)
    [report] = app.store.reports(wanted)
    found = app.store.findings(report.article.id)
    role = ActorRole(actor=f"?{NAME}", name=NAME, type="person", role="main", count=9)
    app.store.record_findings(report.article.id, replace(found, roles=(role, *found.roles)))
    return NAME
