"""A million articles on PostgreSQL: how big, how fast, and what it costs to let go of them.

    python bench/million.py [--rows 1000000] [--months 24]

The rows are made by SQL, spread evenly over the months, with texts, parts and findings as large as real ones. Then the
store does with them what the daemon does: lists, counts, takes from the queue, records, prunes. CPU is this process's;
the rest of the time is the server's, its disk without fsync.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.model import ArticleFilter, EntryState, NewArticle, Outcome  # noqa: E402
from store import SqlStore, open_store  # noqa: E402
from tests.postgres_server import PostgresServer  # noqa: E402
from tests.store_material import FINDINGS, a_card, an_article  # noqa: E402

NOW = datetime(2026, 11, 1, tzinfo=UTC)
#: A match in five hundred: what the shipped watch finds in the news of its countries.
MATCHES_ONE_IN = 500
PENDING = 10_000
#: Words that compress as news do, in a thousand different texts of 4 kB.
TEXTS = """
create temp table texts as
select n, body from generate_series(0, 999) n cross join lateral (
    select string_agg(substr(md5((n * 991 + m)::text), 1, 3 + m % 7), ' ') as body from generate_series(1, 560) m
) as words"""
FILL = (
    "insert into feeds select 'f' || n, 'https://f' || n || '.example/rss', {start}, true, 'https://f' || n ||"
    " '.example/rss', 'active', '', '', '', {start}, {now}, {now}, {now}, {now}, 0, '', '', 0, 0, 600, 0, 20, '[]'"
    " from generate_series(0, 499) n",
    "insert into articles select n, 'https://f' || n % 500 || '.example/' || n, decode(md5(n::text), 'hex'),"
    " 'f' || n % 500, false, {at}, 1 from generate_series(2, {rows}) n",
    "insert into article_versions select n, 1, {at}, 'A title of usual length, number ' || n, 'de', true, {at}, '[]',"
    " 'trafilatura', 'full', '[]', md5(n::text) from generate_series(2, {rows}) n",
    "insert into article_texts select g, 1, {at_g}, body from generate_series(2, {rows}) g join texts on n = g % 1000",
    "insert into findings select n, 1, {at}, mentions, quotes, relations from findings, generate_series(2, {rows}) n",
    "insert into entries select n, 'f' || n % 500, 'k' || n, 'https://f' || n % 500 || '.example/' || n,"
    " decode(md5(n::text), 'hex'), 'https://f' || n % 500 || '.example/' || n, {at}, null, md5(n::text), false,"
    " case when n > {rows} - {pending} then 'pending' else 'assessed' end, '', 0, {at}, null, {at}, {at},"
    " case when n > {rows} - {pending} then null else n end from generate_series(2, {rows}) n",
    "insert into entry_texts select n, {at}, 'A title of usual length, number ' || n, repeat('summary ', 25), '', '[]'"
    " from generate_series(2, {rows}) n",
    "insert into assessments select n, n, 1, 'w', {at}, n % 45, case when n % {one_in} = 0 then 'match' else 'below'"
    " end, '', 50, 35, parts, versions from assessments, generate_series(2, {rows}) n",
    "insert into explanations select n, {at}, contributions, facets, rules, passage"
    " from explanations, generate_series(2, {rows}) n",
    "insert into latest_assessments select n, 'w', n, {at}, n % 45,"
    " case when n % {one_in} = 0 then 'match' else 'below' end, 'de', 'f' || n % 500, false"
    " from generate_series(2, {rows}) n",
    "insert into matches select n / {one_in}, 'w', n, {at}, null, '', false"
    " from generate_series({one_in}, {rows}, {one_in}) n",
    "select setval('articles_id_seq', {rows}), setval('entries_id_seq', {rows}), setval('assessments_id_seq', {rows}),"
    " setval('matches_id_seq', {rows})",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=24)
    options = parser.parse_args()
    server = PostgresServer()
    try:
        url = server.new_url()
        with closing(open_store(url)) as store:
            store.record_article(template(), now=NOW - timedelta(days=options.months * 30))
            fill(url, options.rows, options.months)
            tell_sizes(url, options.rows)
            use(store, options.rows)
            prune(store, url, options.rows, options.months)
    finally:
        server.stop()


def template() -> NewArticle:
    """An article as long as news are, with twenty of everything that is listed of one."""
    card = a_card(10.0, watch="w")
    card = replace(card, parts=card.parts * 12, contributions=card.contributions * 20, facets=card.facets * 4)
    many = replace(FINDINGS, mentions=FINDINGS.mentions * 20, quotes=FINDINGS.quotes * 4)
    return an_article("Text " * 800, url="https://f1.example/1", feed_id="f1", scores=(card,), findings=many)


def fill(url: str, rows: int, months: int) -> None:
    began = time.perf_counter()
    step_s = months * 30 * 86_400 / rows
    start = NOW - timedelta(days=months * 30)
    names = {"rows": rows, "pending": PENDING, "one_in": MATCHES_ONE_IN}
    named = {name: f"timestamptz '{at.isoformat()}'" for name, at in (("start", start), ("now", NOW))}
    spread = {name: f"{named['start']} + {name[-1]} * interval '{step_s} s'" for name in ("at_n", "at_g")}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        connection.execute(TEXTS.encode())
        for statement in FILL:
            connection.execute(statement.format(**names, **named, at=spread["at_n"], at_g=spread["at_g"]).encode())
        connection.execute("vacuum analyze")
    print(f"{rows} articles made in {time.perf_counter() - began:.0f} s")


def tell_sizes(url: str, rows: int) -> None:
    with psycopg.connect(url) as connection:
        sizes = connection.execute(
            "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r'"
            " and relnamespace = 'public'::regnamespace order by 2 desc"
        ).fetchall()
    print(
        f"whole {sum(size for _, size in sizes) / 1e9:.1f} GB, {sum(size for _, size in sizes) / rows:.0f} B an article"
    )
    for name, size in sizes[:10]:
        print(f"  {name:20} {size / 1e6:8.0f} MB")


def use(store: SqlStore, rows: int) -> None:
    wanted = ArticleFilter(watch="w", outcomes=frozenset({Outcome.MATCH}), limit=50)
    day = ArticleFilter(watch="w", since=NOW - timedelta(days=1), limit=50)
    timed("50 matches, best of all", lambda: store.reports(wanted))
    timed("50 of the last day", lambda: store.reports(day))
    timed("500 entries from the queue", lambda: store.due_entries(EntryState.PENDING, now=NOW, limit=500))
    timed("5,000 entries from the queue", lambda: store.due_entries(EntryState.PENDING, now=NOW, limit=5000))
    timed("all feeds", store.feeds)
    timed("what status counts", lambda: store.counts("w"))
    timed("what a digest counts", lambda: store.count_day("w", since=NOW - timedelta(days=1), until=NOW))
    numbers = iter(range(rows))
    timed(
        "an article recorded",
        lambda: store.record_article(
            an_article(url=f"https://new.example/{next(numbers)}", entry_id=None, feed_id="f1"), now=NOW
        ),
        times=100,
    )


def prune(store: SqlStore, url: str, rows: int, months: int) -> None:
    """The first 200 of a year, and 200 of it when half a year was pruned before."""
    before = NOW - timedelta(days=months * 30 - 360)
    timed("200 articles pruned, nothing before them", lambda: store.prune_articles(before=before), times=10)
    gone = rows // months * 6
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            f"delete from article_texts where article_id < {gone} and article_id % {MATCHES_ONE_IN} <> 0"
        )
    timed(f"200 articles pruned, {gone} before them", lambda: store.prune_articles(before=before), times=10)


def timed(what: str, work: Callable[[], object], *, times: int = 5) -> None:
    walls, cpu_s = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        work()
        walls.append(time.perf_counter() - began)
    cpu_s = (time.process_time() - cpu_s) / times
    print(f"{what:45} {1000 * median(walls):8.1f} ms, of it {1000 * cpu_s:6.1f} ms CPU of ours", flush=True)


if __name__ == "__main__":
    main()
