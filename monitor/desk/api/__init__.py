"""The desk for programs: everything the pages do, as JSON. One table of operations makes routes and description.

    GET /api/openapi.json       the description (OpenAPI 3.1); docs/api.md says the same for people

The answers are those of the terminal's `--json`. Changes need a token, or an Origin of the desk itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor import __version__
from monitor.desk import pages
from monitor.desk.api import articles, changes, others
from monitor.desk.api.kinds import component, object_schema, schema_of, shapes
from monitor.desk.api.operation import Operation, Parameter, refused
from monitor.desk.filters import View
from monitor.model import Outcome

_LARGEST_ID = 10**15
_ID = Parameter(name="id", kind="integer", most=_LARGEST_ID, is_in_path=True, what="the number of an id: 7 of a-7")
_FEED = Parameter(name="feed", is_in_path=True, what="the feed's id in feeds.yaml")
_WATCH = Parameter(name="watch", what="the watch's id; without it the first one")
_LIMIT = Parameter(name="limit", kind="integer", most=1000, default=50, what="at most so many")
_CHOICES = {
    "outcome": f"one of {'|'.join(outcome.value for outcome in Outcome)}",
    "state": "one of open|judged|relevant|irrelevant|unsure|all",
    "order": "one of best|newest",
}
_SAID = {
    "q": "words, “phrases in quotes”, -without, begin*, title:word",
    "outcome": "only these; without it all but «below» and reprints",
    "state": "by verdict; open is what nobody judged or was sure of, and is usual",
    "language": "ISO 639-1",
    "feed": "a feed's id",
    "country": "ISO 3166-1, of the feed",
    "kind": "agency, public, private or state",
    "actor": "an actor's id, or a name as people write it",
    "score_from": "points",
    "score_to": "points",
    "day": "when it was found: today, yesterday, a date, or so many days back",
    "order": "newest is usual",
    "after": "the last id of the page before",
}
_VIEW = tuple(
    Parameter(name=name, kind=_CHOICES.get(name, "text"), what=_SAID[name]) for name in View.__dataclass_fields__
)
_GONE = {404: "there is none"}

OPERATIONS = (
    Operation(method="GET", path="/api/today", call=articles.today, answer="widerhall.desk-digest/1",
              summary="The digest of today as it stands"),
    Operation(method="GET", path="/api/digests", call=articles.list_digests, answer="widerhall.desk-digests/1",
              summary="The days that have a digest"),
    Operation(method="GET", path="/api/digests/{day}", call=articles.show_digest, answer="widerhall.desk-digest/1",
              summary="The digest of a day, as last revised", errors=_GONE,
              parameters=(Parameter(name="day", most=10, is_in_path=True, what="2016-08-11"),)),
    Operation(method="GET", path="/api/articles", call=articles.list_articles, answer="widerhall.desk-articles/1",
              summary="A page of the inbox; its address says which", parameters=_VIEW),
    Operation(method="GET", path="/api/search", call=articles.search, answer="widerhall.desk-articles/1",
              summary="Whatever was read and holds these words, the best score first",
              parameters=tuple(each for each in _VIEW if each.name in ("q", "after"))),
    Operation(method="GET", path="/api/articles/{id}", call=articles.show_article, answer="widerhall.desk-article/2",
              summary="One article: text, score, versions, verdicts, copies; offsets are into title, line end, text",
              parameters=(_ID,), errors=_GONE),
    Operation(method="GET", path="/api/articles/{id}/explanation", call=articles.explain_article,
              answer="widerhall.explanation/1", summary="Why an article has its score", parameters=(_ID,),
              errors=_GONE),
    Operation(method="POST", path="/api/articles/{id}/verdict", call=articles.judge, answer="widerhall.desk-verdict/1",
              summary="Give a verdict; `seen` is the id of the last one that you know, 0 for none",
              parameters=(_ID,), body="VerdictAsked", errors={**_GONE, 409: "somebody judged since"}),
    Operation(method="POST", path="/api/verdicts", call=articles.judge_many, answer="widerhall.desk-verdicts/1",
              summary="Give one verdict on many articles; `standing` are those that somebody judged since",
              body="VerdictsAsked", errors=_GONE),
    Operation(method="GET", path="/api/stories", call=others.stories, answer="widerhall.stories/1",
              summary="Stories, those with the latest reports first", parameters=(_LIMIT,)),
    Operation(method="GET", path="/api/stories/{id}", call=others.show_one_story, answer="widerhall.story/1",
              summary="A story's reports in the order they appeared", parameters=(_ID,), errors=_GONE),
    Operation(method="GET", path="/api/stories/{id}/comparison", call=others.compare,
              answer="widerhall.comparison/1", summary="A story's reports side by side", parameters=(_ID,),
              errors=_GONE),
    Operation(method="POST", path="/api/stories/{id}/split", call=others.split, answer="widerhall.desk-story-changed/1",
              summary="Take reports out of a story; they make one of their own", parameters=(_ID,), body="SplitAsked",
              errors=_GONE),
    Operation(method="POST", path="/api/stories/{id}/merge", call=others.merge, answer="widerhall.desk-story-changed/1",
              summary="Say that two stories are one", parameters=(_ID,), body="MergeAsked", errors=_GONE),
    Operation(method="GET", path="/api/actors", call=others.actors, answer="widerhall.actors/1",
              summary="Who acts in the matches of some days, who rises, who meets whom",
              parameters=(Parameter(name="days", kind="integer", most=3650, default=30, what="so many back"),)),
    Operation(method="GET", path="/api/actors/unconfirmed", call=others.unconfirmed_names,
              answer="widerhall.actors-unconfirmed/1", summary="Names that wait for a decision", parameters=(_LIMIT,)),
    Operation(method="GET", path="/api/actors/decisions", call=others.decisions, answer="widerhall.actors-decisions/1",
              summary="What was decided on names, the latest first"),
    Operation(method="POST", path="/api/actors/decisions", call=others.decide_on_name,
              answer="widerhall.desk-decision/1", summary="Confirm, merge or reject a name, or take that back",
              body="DecisionAsked", errors=_GONE),
    Operation(method="GET", path="/api/actors/{actor}", call=others.show_actor, answer="widerhall.actor/1",
              summary="One actor: names, partners, quotes, outlets", errors=_GONE,
              parameters=(Parameter(name="actor", is_in_path=True, what="@slug, or ?Name of one that no list knows"),)),
    Operation(method="GET", path="/api/sources", call=others.feeds, answer="widerhall.feeds/1",
              summary="The feeds as configured, and how each stands"),
    Operation(method="GET", path="/api/sources/health", call=others.feeds_health, answer="widerhall.feeds-health/1",
              summary="How the feeds did over four weeks, the troubled first"),
    Operation(method="POST", path="/api/sources", call=others.add_source, answer="widerhall.desk-feed/1",
              summary="Add a feed, without a look at it first", body="SourceAsked"),
    Operation(method="POST", path="/api/sources/opml", call=others.import_sources,
              answer="widerhall.desk-feeds-added/1", summary="Add the feeds of an OPML list", body="OpmlAsked"),
    Operation(method="POST", path="/api/sources/{feed}/pause", call=others.pause, answer="widerhall.desk-feed/1",
              summary="Stop polling a feed", parameters=(_FEED,), errors=_GONE),
    Operation(method="POST", path="/api/sources/{feed}/resume", call=others.resume, answer="widerhall.desk-feed/1",
              summary="Poll a paused feed again", parameters=(_FEED,), errors=_GONE),
    Operation(method="POST", path="/api/sources/{feed}/poll", call=others.poll, answer="widerhall.desk-feed/1",
              summary="Ask a feed now rather than when it is due", parameters=(_FEED,), errors=_GONE),
    Operation(method="POST", path="/api/tuning/what-if", call=changes.what_if, answer="widerhall.tune/1",
              summary="What a change would have done to everything stored; nothing is changed", body="WhatIfAsked",
              errors=_GONE),
    Operation(method="POST", path="/api/tuning/reading", call=changes.begin_reading, answer="widerhall.desk-reading/1",
              summary="Read every text with a change of facets or seeds; what-if knows its answer after",
              body="WhatIfAsked", errors=_GONE),
    Operation(method="GET", path="/api/tuning/reading", call=changes.reading, answer="widerhall.desk-reading/1",
              summary="How far that is"),
    Operation(method="POST", path="/api/tuning/save", call=changes.save_change, answer="widerhall.tune-history/1",
              summary="Write a change, with its reason; `diff` is the one that you saw", body="SaveAsked",
              errors={**_GONE, 409: "the file was changed since"}),
    Operation(method="GET", path="/api/tuning/history", call=changes.history, answer="widerhall.tune-history/1",
              summary="The changes that were saved"),
)  # fmt: skip


def routes() -> list[Route]:
    """The routes of the table, and that of its description."""
    made = [Route(each.route, each.endpoint(), methods=[each.method]) for each in OPERATIONS]
    return [Route("/api/openapi.json", openapi), *made]


def openapi(_request: Request) -> Response:
    """The table as OpenAPI."""
    return JSONResponse(description())


def missing(request: Request, error: Exception) -> Response:
    """What is at no address of the desk's."""
    if request.url.path.startswith("/api/"):
        return refused("there is no such address; see /api/openapi.json", 404)
    return pages.missing(request, error)


def healthz(_request: Request) -> Response:
    """The desk answers."""
    return JSONResponse({"ok": True})


# --- its description --------------------------------------------------------------------------------------------------


@cache
def description() -> Mapping[str, Any]:
    """OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Widerhall",
            "version": __version__,
            "description": "What the desk's pages do. Changes need a token, or an Origin of the desk itself.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "widerhall account token"}
            },
            "schemas": {component(name): object_schema(name) for name in shapes()},
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    errors = {
        400: "wrong use",
        401: "log in first",
        403: "not allowed",
        **({413: "too long"} if operation.body else {}),
        503: "not available now",
        **operation.errors,
        404: operation.errors.get(404, "no such watch"),
    }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[2]],
        "parameters": [_parameter(each) for each in (*operation.parameters, _WATCH)],
        **({"requestBody": {"required": True, "content": _json(operation.body)}} if operation.body else {}),
        "responses": {
            "200": {"description": "done", "content": _json(operation.answer)},
            **{str(code): {"description": what, "content": _json("Error")} for code, what in sorted(errors.items())},
        },
    }


def _json(kind: str) -> dict[str, Any]:
    return {"application/json": {"schema": schema_of(kind)}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = schema_of(parameter.kind)
    if parameter.kind == "integer":
        schema["maximum"] = parameter.most
    elif parameter.kind == "text":
        schema["maxLength"] = parameter.most
    if parameter.is_in_path and parameter.kind == "text":
        schema["minLength"] = 1
    if parameter.default != "":
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "path" if parameter.is_in_path else "query",
        "required": parameter.is_in_path,
        "description": parameter.what,
        "schema": schema,
    }


__all__ = ["OPERATIONS", "description", "healthz", "missing", "routes"]
