"""A program for test_deliver_courier: queues and sends like the daemon, and kills itself in the act.

Reads one JSON object: {"database": url, "smtp_port": n, "hook_url": url, "to": […], "dies": "queued" (before anything
is sent), "claimed" (before the first is handed over) or "sent" (handed over, not yet recorded)}.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from monitor import logs
from monitor.deliver import Courier
from monitor.settings.delivery import Smtp
from store import open_store
from tests.delivery_material import SENDER, Clock, Hook, a_courier, channels


def die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    logs.configure(level="critical")
    command = json.load(sys.stdin)
    smtp = Smtp(host="127.0.0.1", port=command["smtp_port"], security="none", sender=SENDER, timeout_s=5)
    delivery = channels(smtp=smtp, to=command["to"], hook=Hook(url=command["hook_url"]))
    courier = a_courier(open_store(command["database"]), delivery, Clock())
    at = {"queued": "send", "claimed": "_send_one", "sent": "_record"}[command["dies"]]
    setattr(Courier, at, die)
    courier.queue()
    courier.send()


if __name__ == "__main__":
    main()
