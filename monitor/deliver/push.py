"""Chat and push services, by the optional library apprise. The only module that knows it; imported when first used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.deliver.message import Message
from monitor.errors import DeliveryError
from monitor.settings.delivery import AppriseChannel

INSTALL = "pip install 'widerhall[apprise]'"


@contextmanager
def push_channel(service: AppriseChannel) -> Iterator[Callable[[Message, str], None]]:
    """What it yields sends one short message, as plain text."""
    try:
        import apprise
    except ImportError as error:
        raise DeliveryError("apprise is not installed", INSTALL, is_channel_down=True) from error
    notifier = apprise.Apprise()
    if not notifier.add(service.url):
        message, advice = "apprise does not know this kind of address", "see its list of services"
        raise DeliveryError(message, advice, is_channel_down=True)

    def send(message: Message, _receiver: str) -> None:
        with _complaints() as said:
            is_sent = notifier.notify(title=message.subject, body=message.short, body_format=apprise.NotifyFormat.TEXT)
        if not is_sent:
            raise DeliveryError(f"the service did not take it{f' ({said[-1]})' if said else ''}")

    yield send


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What apprise logs while it works: it says nothing else about a failure."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("apprise")
    level, passes_on = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)  # whatever the log lets through
    logger.propagate = False  # it is told with the result
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = passes_on
