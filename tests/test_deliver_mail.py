"""Mail through a real server on loopback: its headers, its safety, and everything that the server may say to it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor.deliver.mail import mail_channel
from monitor.deliver.message import Message, alert_message, digest_message
from monitor.errors import DeliveryError
from monitor.model import Delivery, DeliveryKind, DeliveryState, Digest
from monitor.report.alert import compose_alert
from monitor.report.digest import compose_digest
from monitor.settings.delivery import Smtp
from tests.delivery_material import (
    DAY,
    NOW,
    WATCH,
    Certificates,
    Mailbox,
    mail_server,
    make_certificates,
)
from tests.digest_material import FEEDS, GERMAN, MATERIAL

HOSTILE = "Putin\r\nBcc: evil@example.com\n\n<script>alert(1)</script> <b>bold</b>\u202e"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def a_delivery(key: str = f"digest/{WATCH.id}/2016-08-11.1/team/ada@b.org", **changes: object) -> Delivery:
    row = Delivery(
        id=1,
        key=key,
        watch=WATCH.id,
        kind=DeliveryKind.DIGEST,
        subject="2016-08-11.1",
        channel="team",
        receiver="ada@b.org",
        state=DeliveryState.PENDING,
        attempts=0,
        created_at=NOW,
        next_at=NOW,
        sent_at=None,
        last_error="",
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def a_digest(title: str = "", revision: int = 1) -> Digest:
    material = MATERIAL
    if title:
        hostile = replace(GERMAN, article=replace(GERMAN.article, title=title, text=title * 9))
        material = replace(MATERIAL, matches=(hostile,))
    return compose_digest(WATCH, DAY, material, now=NOW, revision=revision)


def a_message(title: str = "", **changes: object) -> Message:
    return digest_message(a_delivery(**changes), WATCH, a_digest(title), excerpt_chars=200)  # type: ignore[arg-type]


def sent(message: Message, *, receiver: str = "ada@b.org", **smtp: object) -> EmailMessage:
    box = Mailbox()
    with mail_server(box) as server, mail_channel(replace(server, **smtp)) as send:  # type: ignore[arg-type]
        send(message, receiver)
    (mail,) = box.parsed
    return mail


# --- what it looks like -------------------------------------------------------------------------------------------


def test_a_digest_as_a_mail() -> None:
    mail = sent(a_message(), unsubscribe="desk@example.org")
    identity = mail["Message-ID"]
    headers = {
        name: value.strip() for name, value in mail.items() if name not in ("Message-ID", "References", "In-Reply-To")
    }
    assert headers == {
        "From": "Widerhall <widerhall@example.org>",
        "To": "ada@b.org",
        "Subject": "Turkey, Russia and the fight against IS · 11 Aug 2016: 4 matches",
        "Date": "Fri, 12 Aug 2016 05:00:00 +0000",
        "List-Id": "<turkey-russia-is.widerhall.example.org>",
        "List-Unsubscribe": "<mailto:desk@example.org?subject=unsubscribe%20turkey-russia-is>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", identity)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    text, html = (part.get_content() for part in mail.iter_parts())  # type: ignore[attr-defined]
    assert "Türkiye ve Rusya IŞİD'e karşı ortak operasyon konuşuyor" in text
    assert "تركيا تقترح على روسيا عمليات مشتركة ضد داعش" in html


def test_the_same_delivery_is_the_same_bytes() -> None:
    box = Mailbox()
    with mail_server(box) as smtp:
        for _ in range(2):
            with mail_channel(smtp) as send:
                send(a_message(), "ada@b.org")
    (_, one), (_, other) = box.mails
    assert one == other
    assert max(map(len, one.splitlines())) <= 78, "no server breaks its lines"
    assert one.isascii()


def test_all_mails_of_a_watch_are_one_thread() -> None:
    first, alert = sent(a_message()), sent(an_alert())
    later = digest_message(
        a_delivery(key=f"digest/{WATCH.id}/2016-08-11.2/team/ada@b.org", subject="2016-08-11.2"),
        WATCH,
        a_digest(revision=2),
        excerpt_chars=200,
    )
    revised = sent(later)
    assert first["References"] == first["In-Reply-To"] == alert["References"]
    assert revised["References"].split() == [first["References"], first["Message-ID"]]
    assert revised["In-Reply-To"] == first["Message-ID"] != revised["Message-ID"]
    assert revised["Subject"].endswith("(Revision 2)")
    again = digest_message(a_delivery(key=f"{a_delivery().key}/again-1"), WATCH, a_digest(), excerpt_chars=200)
    assert sent(again)["In-Reply-To"] == first["Message-ID"] != sent(again)["Message-ID"]


def an_alert(title: str = "Putin and Erdogan talk") -> Message:
    hostile = replace(GERMAN, article=replace(GERMAN.article, title=title, text=title * 9))
    content = compose_alert(WATCH, {3: [hostile]}, FEEDS, copies={}, now=NOW)
    row = a_delivery(key="alert/w/1", kind=DeliveryKind.ALERT, content=content, subject=NOW.isoformat())
    return alert_message(row, WATCH, excerpt_chars=200)


def test_an_alert_as_a_mail() -> None:
    mail = sent(an_alert())
    assert mail["Subject"] == "Alert: Putin and Erdogan talk (Demo Rundschau)"
    text, html = (part.get_content() for part in mail.iter_parts())  # type: ignore[attr-defined]
    assert "62.4 · m-11 · Demo Rundschau" in text
    assert "Putin and Erdogan talk</a>" in html


# --- hostile text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", [a_message(HOSTILE), an_alert(HOSTILE)], ids=["digest", "alert"])
def test_a_title_becomes_no_header_and_no_markup(message: Message) -> None:
    mail = sent(message)
    assert mail["Bcc"] is None
    assert [name for name in mail if name.lower() not in HEADERS] == []
    assert mail.defects == []
    text, html = (part.get_content() for part in mail.iter_parts())  # type: ignore[attr-defined]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in text + html


HEADERS = {
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "list-id", "auto-submitted",
    "x-auto-response-suppress", "mime-version", "content-type",
}  # fmt: skip


def test_the_title_of_a_watch_becomes_no_header_either() -> None:
    watch = replace(WATCH, title="News\r\nBcc: evil@example.com")
    digest = compose_digest(watch, DAY, MATERIAL, now=NOW)
    mail = sent(digest_message(a_delivery(), watch, digest, excerpt_chars=200))
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("News Bcc: evil@example.com · 11 Aug 2016")


@pytest.mark.parametrize(("chars", "longest"), [(200, 200), (40, 40), (0, 0)])
def test_no_more_of_a_text_leaves_the_house_than_allowed(chars: int, longest: int) -> None:
    message = digest_message(a_delivery(), WATCH, a_digest(), excerpt_chars=chars)
    lists = ("matches", "near_misses", "held_by_rule", "suggestions", "withdrawn")
    assert max(len(row["excerpt"]) for name in lists for row in message.document[name]) <= longest
    assert all(len(quote["text"]) <= chars for quote in message.document["quotes"])
    if not chars:
        assert "Außenminister" not in message.text + message.html


# --- what a server may say ----------------------------------------------------------------------------------------


def failure(smtp: Smtp, *receivers: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised, mail_channel(smtp) as send:
        for receiver in receivers:
            send(a_message(), receiver)
    return raised.value


def test_starttls_with_a_certificate_that_is_trusted(certificates: Certificates) -> None:
    box = Mailbox(password=b"s3cret")
    with mail_server(box, certificate=certificates.good) as smtp:
        trusting = replace(smtp, ca_file=str(certificates.authority), user="desk", password="s3cret")
        with mail_channel(trusting) as send:
            send(a_message(), "ada@b.org")
    assert len(box.mails) == 1
    assert box.logins == ["desk"]


@pytest.mark.parametrize(
    ("which", "trusts", "said"),
    [
        ("expired", True, r"certificate of 127\.0\.0\.1:\d+ is not valid: certificate has expired; have it renewed"),
        ("other", True, r"not valid for '127\.0\.0\.1'; write the name that it is for as smtp\.host"),
        ("good", False, "is not valid: unable to get local issuer certificate; if the server has one of its own"),
    ],
)
def test_a_certificate_that_is_not_valid(certificates: Certificates, which: str, trusts: bool, said: str) -> None:
    box = Mailbox()
    with mail_server(box, certificate=getattr(certificates, which)) as smtp:
        error = failure(replace(smtp, ca_file=str(certificates.authority) if trusts else ""), "ada@b.org")
    assert re.search(said, str(error)), error
    assert error.is_channel_down
    assert not error.is_final
    assert box.mails == []


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    box = Mailbox()
    with mail_server(box) as smtp:
        error = failure(replace(smtp, security="starttls"), "ada@b.org")
    assert "STARTTLS extension not supported" in str(error)
    assert "security: tls" in error.advice
    assert box.mails == []


def test_a_login_that_is_refused_may_be_mended(certificates: Certificates) -> None:
    box = Mailbox(password=b"s3cret")
    with mail_server(box, certificate=certificates.good) as smtp:
        wrong = replace(smtp, ca_file=str(certificates.authority), user="desk", password="wrong")
        error = failure(wrong, "ada@b.org")
    assert "refuses the login: 535" in error.message
    assert (error.is_final, error.is_channel_down) == (False, True)
    assert error.retry_after_s == 900, "servers shut out who tries a bad password every minute"
    assert "wrong" not in str(error).replace("wrong password", "")


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [
        ("550 5.1.1 no such user", True),
        ("550 no such user", True),
        ("550 5.4.1 access denied", True),
        ("450 4.2.1 mailbox busy", False),
        ("552 5.2.2 mailbox full", False),
        ("550 5.4.5 daily quota is spent", False),
        ("554 5.7.1 relay access denied", False),
    ],
)
def test_one_of_several_receivers_is_refused(answer: str, is_final: bool) -> None:
    box = Mailbox(refused={"gone@b.org": answer})
    with mail_server(box) as smtp, mail_channel(smtp) as send:
        with pytest.raises(DeliveryError) as raised:
            send(a_message(), "gone@b.org")
        send(a_message(), "ada@b.org")  # the session goes on
    assert [receiver for receiver, _ in box.mails] == ["ada@b.org"]
    assert raised.value.message == f"gone@b.org is refused: {answer}"
    assert (raised.value.is_final, raised.value.is_channel_down) == (is_final, False)


@pytest.mark.parametrize(
    ("box", "said", "is_final", "is_down"),
    [
        (
            Mailbox(data_answer="554 5.7.1 looks like spam"),
            "the mail is refused: 554 5.7.1 looks like spam",
            True,
            False,
        ),
        (Mailbox(data_answer="452 4.3.1 disk full"), "the mail is refused: 452 4.3.1 disk full", False, False),
        (
            Mailbox(refused_senders={"widerhall@example.org": "553 5.7.1 not yours"}),
            "the sender is refused: 553 5.7.1 not yours",
            False,
            True,
        ),
        (
            Mailbox(refused_senders={"widerhall@example.org": "452 4.5.3 too much mail"}),
            "the server takes no mail now: 452 4.5.3 too much mail",
            False,
            True,
        ),
        (Mailbox(data_answer="421 4.3.2 going down"), "the mail is refused: 421 4.3.2 going down", False, True),
    ],
    ids=["content", "full", "sender", "limit", "leaving"],
)
def test_what_else_a_server_refuses(box: Mailbox, said: str, is_final: bool, is_down: bool) -> None:
    with mail_server(box) as smtp:
        error = failure(smtp, "ada@b.org")
    assert (error.message, error.is_final, error.is_channel_down) == (said, is_final, is_down)


def test_a_name_that_is_not_there_and_a_port_nobody_listens_on() -> None:
    unknown = failure(Smtp(host="mail.invalid", sender="a@b.org"), "ada@b.org")
    assert unknown.message == "the name mail.invalid was not found"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = failure(Smtp(host="127.0.0.1", port=closed.getsockname()[1], sender="a@b.org"), "ada@b.org")
    assert "Connection refused" in nobody.message
    assert unknown.is_channel_down
    assert nobody.is_channel_down


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port that takes connections, and says something else than a mail server, or nothing at all."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        if answer is None:
            yield server.getsockname()[1]
            return
        from threading import Thread

        def serve() -> None:
            connection, _ = server.accept()
            connection.sendall(answer)
            connection.close()

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    with listening(None) as port:
        error = failure(Smtp(host="127.0.0.1", port=port, sender="a@b.org", timeout_s=0.2), "ada@b.org")
    assert f"127.0.0.1:{port} does not answer within 0.2 s" in error.message


@pytest.mark.parametrize(
    ("answer", "said"), [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "is not at service|hung up"), (b"", "hung up")]
)
def test_what_is_no_mail_server(answer: bytes, said: str) -> None:
    with listening(answer) as port:
        error = failure(Smtp(host="127.0.0.1", port=port, sender="a@b.org", timeout_s=5), "ada@b.org")
    assert re.search(said, error.message), error
    assert error.is_channel_down


def test_certificates_that_are_not_there(tmp_path: Path) -> None:
    error = failure(Smtp(host="127.0.0.1", sender="a@b.org", ca_file=str(tmp_path / "none.pem")), "ada@b.org")
    assert "holds no certificates" in error.message
