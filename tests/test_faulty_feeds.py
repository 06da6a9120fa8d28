"""Every feed of the wild through the flow itself: real sockets, a parser that may be killed, a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from tests.faulty_feeds import FEED_FAULTS
from tests.feed_faults import FeedFault, Lived, live


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Lived]:
    """What came of all of them, side by side in one daemon."""
    return asyncio.run(live(FEED_FAULTS, tmp_path_factory.mktemp("faults")))


@pytest.mark.parametrize("fault", FEED_FAULTS, ids=lambda fault: fault.name)
def test_every_feed_ends_as_it_must(lived: Mapping[str, Lived], fault: FeedFault) -> None:
    assert fault.complaints(lived[fault.name]) == []
