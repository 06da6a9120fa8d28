"""A million articles on PostgreSQL: how big, how fast, and what it costs to let go of them.

    python bench/million.py [--rows 1000000] [--months 24]

The rows are made by SQL, spread evenly over the months, with texts, words, parts and findings as large as real ones.
Then the store does with them what the daemon and the desk do: lists, finds, counts, takes from the queue, records,
prunes. The first figure is what a caller waits, while others want the same processors; the disk is without fsync.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.model import ArticleFilter, EntryState, NewArticle, Outcome, SearchQuery, SearchTerm  # noqa: E402
from store import SqlStore, open_store  # noqa: E402
from store.partitions import following, make_months, month_of, past_months  # noqa: E402
from tests.postgres_server import PostgresServer  # noqa: E402
from tests.store_material import FINDINGS, a_card, an_article  # noqa: E402

NOW = datetime(2026, 11, 1, tzinfo=UTC)
#: A match in five hundred: what the shipped watch finds in the news of its countries.
MATCHES_ONE_IN = 500
PENDING = 10_000
#: A thousand different texts of 4 kB, of 30,000 words that come as often as words do: the n-th a n-th as often.
TEXTS = """
create temp table texts as
select n, body from generate_series(0, 999) n cross join lateral (
    select string_agg(substr(md5(word::text), 1, 3 + word % 8), ' ') as body from (
        select floor(30000 ^ (('x' || substr(md5((n * 991 + m)::text), 1, 7))::bit(28)::int / 268435456.0))::int as word
        from generate_series(1, 560) m
    ) as chosen
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
    "create temp table vectors as select n, to_tsvector('simple', body) as document from texts",
    "drop index ix_article_search_document",  # made anew when all is there: in a sixth of the time
    "insert into article_search select g, to_tsvector('simple', 'title of usual length number ' || g), document,"
    " {at_g} from generate_series(2, {rows}) g join vectors on n = g % 1000",
    "set maintenance_work_mem = '1GB'",
    "create index ix_article_search_document on article_search using gin (document)",
    "insert into article_hits select n, 1, {at}, 'l1', decode(repeat(md5(n::text), 8), 'hex')"
    " from generate_series(2, {rows}) n",
    "insert into findings select n, 1, {at}, mentions, quotes, relations from findings, generate_series(2, {rows}) n",
    "insert into entries select n, 'f' || n % 500, 'k' || n, 'https://f' || n % 500 || '.example/' || n,"
    " decode(md5(n::text), 'hex'), 'https://f' || n % 500 || '.example/' || n, {at}, null, md5(n::text), false,"
    " case when n > {rows} - {pending} then 'pending' else 'assessed' end, '', 0, {at}, null, {at}, {at},"
    " case when n > {rows} - {pending} then null else n end from generate_series(2, {rows}) n",
    "insert into entry_texts select n, {at}, 'A title of usual length, number ' || n, repeat('summary ', 25), '', '[]'"
    " from generate_series(2, {rows}) n",
    "insert into assessments select n, n, 1, 'w', {at}, n % 45, case when n % {one_in} = 0 then 'match' else 'below'"
    " end, '', 50, 35, parts, versions, rules from assessments, generate_series(2, {rows}) n",
    "insert into explanations select n, {at}, contributions, facets, passage"
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
            with store.database.writing() as connection:
                make_months(connection, {month_of(NOW - timedelta(days=day)) for day in range(options.months * 30 + 1)})
            fill(url, options.rows, options.months)
            tell_sizes(url, options.rows)
            use(store, options.rows)
            prune(store)
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
            "select coalesce(inhparent, oid)::regclass::text, sum(pg_total_relation_size(oid)), count(*)"
            " from pg_class left join pg_inherits on inhrelid = oid"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace group by 1 order by 2 desc"
        ).fetchall()
    whole = sum(size for _, size, _ in sizes)
    print(f"whole {whole / 10**9:.1f} GB, {whole / rows:.0f} B an article")
    for name, size, partitions in sizes[:10]:
        print(f"  {name:20} {size / 10**6:8.0f} MB in {partitions} tables")


def use(store: SqlStore, rows: int) -> None:
    wanted = ArticleFilter(watch="w", outcomes=frozenset({Outcome.MATCH}), limit=50)
    day = ArticleFilter(watch="w", since=NOW - timedelta(days=1), limit=50)
    timed(store, "50 matches, best of all", lambda: store.reports(wanted))
    timed(store, "50 of the last day", lambda: store.reports(day))
    newest = ArticleFilter(watch="w", is_newest_first=True, limit=50)
    word = max(store.article(rows - 5).text.split(), key=len)
    holding = ArticleFilter(watch="w", search=SearchQuery(terms=(SearchTerm(words=(word,)),)), limit=50)
    timed(store, "50 newest", lambda: store.reports(newest))
    timed(store, "50 best of 1,000 that hold a word", lambda: store.reports(holding))
    timed(store, "what an article's page reads", lambda: read(store, rows // 2), times=50)
    timed(store, "an entry", lambda: store.entry(rows // 2), times=50)
    timed(store, "20,000 scores for what-if", lambda: [*islice(store.judged("w"), 20_000)])
    timed(store, "500 entries from the queue", lambda: store.due_entries(EntryState.PENDING, now=NOW, limit=500))
    timed(store, "5,000 entries from the queue", lambda: store.due_entries(EntryState.PENDING, now=NOW, limit=5000))
    timed(store, "all feeds", store.feeds)
    timed(store, "what status counts", lambda: store.counts("w"))
    timed(store, "what a digest counts", lambda: store.count_day("w", since=NOW - timedelta(days=1), until=NOW))
    numbers = iter(range(rows))
    timed(
        store,
        "an article recorded",
        lambda: store.record_article(
            an_article(url=f"https://new.example/{next(numbers)}", entry_id=None, feed_id="f1"), now=NOW
        ),
        times=100,
    )


def read(store: SqlStore, article_id: int) -> None:
    store.article_versions(article_id)
    store.findings(article_id)
    store.assessments(article_id, "w")


def prune(store: SqlStore) -> None:
    """A month as a whole, then some of the next by rows, then the rest of a year by months."""
    with store.database.reading() as connection:
        months = past_months(connection, NOW, ["article_texts"])
    ends = [datetime.combine(following(month), datetime.min.time(), UTC) for month in months]
    edge = ends[0] + timedelta(days=15)
    timed(store, "a month pruned as a whole", lambda: store.prune_articles(before=ends[0]), times=1)
    timed(store, "200 articles of the next pruned by rows", lambda: store.prune_articles(before=edge), times=10)
    timed(store, "ten months more, as a whole", lambda: store.prune_articles(before=ends[10]), times=1)


def timed(store: SqlStore, what: str, work: Callable[[], object], *, times: int = 5) -> None:
    walls, ours_s, its_s = [], time.process_time(), server_s(store)
    for _ in range(times):
        began = time.perf_counter()
        work()
        walls.append(time.perf_counter() - began)
    ours_ms = 1000 * (time.process_time() - ours_s) / times
    its_ms = 1000 * (server_s(store) - its_s) / times
    print(
        f"{what:42} {1000 * median(walls):8.1f} ms; CPU {ours_ms:7.1f} ms ours, {its_ms:7.1f} the server's", flush=True
    )


def server_s(store: SqlStore) -> float:
    """Processor time that the server's processes for us have taken."""
    with store.database.reading() as connection:
        pids = connection.exec_driver_sql("select pid from pg_stat_activity where backend_type = 'client backend'")
        return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for (pid,) in pids) / 1e9


if __name__ == "__main__":
    main()
