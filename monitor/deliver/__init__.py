"""Hand digests and alerts to people: what is due to whom, in what form, through which channel, at least once.

    courier = Courier(store=…, config=…, fetching=…, clock=…)
    courier.queue()          # what is due becomes rows
    courier.send()           # rows become mails, files, webhooks; each result is recorded

Decides nothing about what matches and composes no digest; never sends what has not become a row first.
"""

from monitor.deliver.courier import Courier, Result

__all__ = ["Courier", "Result"]
