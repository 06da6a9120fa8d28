"""A folder of digests: whole files, an index, feeds; and what happens when the disk does not want them."""

from __future__ import annotations

import errno
import json
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from monitor.deliver.folder import write_whole
from monitor.model import DeliveryState
from store import SqlStore
from tests.delivery_material import DAY, MINUTE, WATCH, Clock, a_courier, channels, save_digest
from tests.test_deliver_courier import matched

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_digest_as_files(store: SqlStore, tmp_path: Path) -> None:
    clock = Clock()
    courier = a_courier(store, channels(folder=tmp_path / "out"), clock)
    courier.meet_receivers()
    save_digest(store, clock)
    save_digest(store, clock, day=DAY + timedelta(days=1), empty=True)
    assert courier.queue() == 2
    assert [result.error for result in courier.send()] == ["", ""]
    place = tmp_path / "out" / WATCH.id
    assert sorted(path.name for path in place.iterdir()) == [
        "2016-08-11.html", "2016-08-11.json", "2016-08-11.txt", "2016-08-12.html", "2016-08-12.json", "2016-08-12.txt",
        "digests.atom", "index.html", "matches.atom",
    ]  # fmt: skip
    index = (place / "index.html").read_text(encoding="utf-8")
    assert index.index("2016-08-12.html") < index.index("2016-08-11.html")
    assert "4 matches from" in index
    feed = ElementTree.parse(place / "digests.atom").getroot()
    assert len(feed.findall(f"{ATOM}entry")) == 2
    assert json.loads((place / "2016-08-11.json").read_text())["schema"] == "widerhall.digest/1"


def test_the_feed_of_matches_is_kept_between_deliveries(store: SqlStore, tmp_path: Path) -> None:
    clock = Clock()
    courier = a_courier(store, channels(folder=tmp_path / "out"), clock)
    courier.keep_feeds()
    file = tmp_path / "out" / WATCH.id / "matches.atom"
    assert "<entry>" not in file.read_text(encoding="utf-8")
    matched(store, clock, 90.0)
    courier.keep_feeds()
    assert "Title 1" in file.read_text(encoding="utf-8")
    (tmp_path / "file").touch()
    a_courier(store, channels(folder=tmp_path / "file"), clock).keep_feeds()  # of a bad disk the deliveries tell


def test_a_revision_takes_the_place_of_the_first(store: SqlStore, tmp_path: Path) -> None:
    clock = Clock()
    courier = a_courier(store, channels(folder=tmp_path), clock)
    courier.meet_receivers()
    save_digest(store, clock)
    courier.queue()
    courier.send()
    save_digest(store, clock, revision=2)
    digest = store.digest(WATCH.id, DAY)
    assert digest
    assert courier.resend(WATCH, digest) == 1
    courier.send()
    assert json.loads((tmp_path / WATCH.id / "2016-08-11.json").read_text())["revision"] == 2
    assert "Revision 2" in (tmp_path / WATCH.id / "2016-08-11.txt").read_text()


@pytest.mark.parametrize("trouble", ["a file in the way", "no space"])
def test_a_disk_that_does_not_want_them(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    clock, folder = Clock(), tmp_path / "out"
    courier = a_courier(store, channels(folder=folder), clock)
    courier.meet_receivers()
    save_digest(store, clock)
    courier.queue()
    with monkeypatch.context() as patch:
        if trouble == "no space":
            patch.setattr("os.fsync", lambda _file: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
        else:
            folder.write_text("not a folder")
        (result,) = courier.send()
    assert "cannot be written: " in result.error
    assert result.advice == "look at the disk, and at who may write there"
    (row,) = store.deliveries()
    assert (row.state, row.attempts, row.next_at) == (DeliveryState.FAILED, 1, clock() + MINUTE)
    assert [path for path in tmp_path.rglob("*") if path.name.endswith((".part", ".html"))] == []
    folder.unlink(missing_ok=True) if trouble != "no space" else None
    assert courier.send() == []
    clock.passes(MINUTE)
    assert [result.error for result in courier.send()] == [""]
    assert (folder / WATCH.id / "2016-08-11.html").exists()


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.txt"
    write_whole(path, "old")
    monkeypatch.setattr("os.fsync", lambda _file: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.txt"]
    write_whole(path, "old")  # nothing to write, nothing to fail


def test_trying_a_folder_leaves_nothing_in_it(store: SqlStore, tmp_path: Path) -> None:
    courier = a_courier(store, channels(folder=tmp_path / "out"), Clock())
    assert [result.error for result in courier.test()] == [""]
    assert list((tmp_path / "out").iterdir()) == []
