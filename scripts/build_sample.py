"""Make tests/samples/VERSION.db.gz: a small database of this version's schema, for the upgrade tests of later ones.

Runs one full cycle of the demo (its texts are the project's own), gives two verdicts, queues a delivery, and packs the
file. Run once, when a version's schema is final, and keep every sample for ever.
"""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from monitor import logs
from monitor.daemon import Daemon
from monitor.demo import demo_app
from monitor.model import ArticleFilter, DeliveryKind, NewDelivery, Outcome, VerdictKind
from monitor.report.digest import today_in
from monitor.report.gather import gather_digest

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    logs.configure(level="error")
    with tempfile.TemporaryDirectory() as folder:
        with demo_app(None, Path(folder), port=0) as (app, _):
            asyncio.run(Daemon(app).once())
            watch, now = app.config.watches[0], app.clock()
            matches = app.store.reports(ArticleFilter(watch=watch.id, outcomes=frozenset({Outcome.MATCH})))
            for report, kind in zip(matches, (VerdictKind.RELEVANT, VerdictKind.IRRELEVANT), strict=False):
                app.store.give_verdict(
                    report.article.id, watch.id, kind, reason="sample", note="", author="sample", now=now
                )
            today = today_in(watch.digest.zone, now)
            app.store.save_digest(gather_digest(app.store, watch, today, feeds=app.config.feeds, now=now))
            delivery = NewDelivery(
                key="sample", watch=watch.id, kind=DeliveryKind.DIGEST, subject=f"{today}.1", channel="sample"
            )
            app.store.add_deliveries([delivery], now=now)
            app.store.prune_pages(before=now + timedelta(days=1))
            app.close()
        database = Path(folder) / "widerhall.db"
        connection = sqlite3.connect(database)
        (version,) = connection.execute("select version_num from widerhall_schema").fetchone()
        connection.execute("pragma journal_mode = delete")
        connection.execute("vacuum")
        connection.close()
        target = ROOT / "tests" / "samples" / f"{version}.db.gz"
        target.write_bytes(gzip.compress(database.read_bytes(), 9, mtime=0))
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} kB, {len(matches)} matches")
    return 0


if __name__ == "__main__":
    sys.exit(main())
