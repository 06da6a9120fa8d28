"""Many processes on one PostgreSQL: the leader hands out what is due, workers do the steps on it.

    leader: due feeds, due entries ─▶ jobs of one site, or one batch ─▶ engine ─▶ worker: poll, fetch, extract, assess

The entries table remains the queue; jobs are tickets. One that is lost, with its worker or with all the engine's
tables, is handed out again.
"""

from __future__ import annotations

from monitor.work.engine import QUEUES, WORKER, Engine, Muster, Queue
from monitor.work.handing import Foreman
from monitor.work.jobs import Hands

__all__ = ["QUEUES", "WORKER", "Engine", "Foreman", "Hands", "Muster", "Queue"]
