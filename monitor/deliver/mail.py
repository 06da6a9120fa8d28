"""Mail through an SMTP server. The only module that knows smtplib.

A header is never made of text with line breaks in it: subjects come as one line, and the library refuses any other.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from monitor.deliver.message import Message
from monitor.errors import DeliveryError
from monitor.settings.delivery import Smtp

PORTS = {"starttls": 587, "tls": 465, "none": 25}
#: Seven bits throughout: a server that cannot do better gets the same bytes as any other.
POLICY = SMTP.clone(cte_type="7bit")
#: Servers shut out who tries a bad password every minute.
AFTER_BAD_LOGIN_S = 900.0
WHICH_PORT = "port 465 wants security: tls, 587 starttls"
#: By a word of what the library says of a certificate: what to do.
BAD_CERTIFICATES = {
    "expired": "have it renewed",
    "not yet valid": "is this machine's clock right?",
    "not valid for": "write the name that it is for as smtp.host",
    "issuer": "if the server has one of its own, name it in smtp.ca_file",
    "self-signed": "if the server has one of its own, name it in smtp.ca_file",
}
#: «550 5.1.1 …»: what it is about (RFC 3463), and of this what the next hours may mend: a full mailbox, a full disk, a
#: server that takes nothing, a spent quota.
SUBJECT = re.compile(r"5\d\d[ -]5\.(\d+\.\d+)")
MAY_BE_MENDED = ("2.2", "3.1", "3.2", "4.5")
RELAY = re.compile(r"relay", re.IGNORECASE)

Send = Callable[[Message, str], None]


@contextmanager
def mail_channel(smtp: Smtp) -> Iterator[Send]:
    """A session with the mail server; raises DeliveryError when none comes about. What it yields sends one mail."""
    server = _connect(smtp)
    try:
        yield lambda message, receiver: _send(server, build_mail(message, receiver, smtp), smtp, receiver)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def build_mail(message: Message, receiver: str, smtp: Smtp) -> EmailMessage:
    """The mail, text and HTML: the same message to the same receiver gives the same bytes."""
    name, address = parseaddr(smtp.sender)
    local, _, domain = address.rpartition("@")
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(display_name=name, username=local, domain=domain)
    mail["To"] = receiver
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.made_at)
    mail["Message-ID"] = _message_id(message.key, domain)
    if message.follows:
        follows = [_message_id(key, domain) for key in message.follows]
        mail["In-Reply-To"], mail["References"] = follows[-1], " ".join(follows)
    mail["List-Id"] = f"<{message.watch}.widerhall.{domain}>"
    if smtp.unsubscribe:
        is_page = smtp.unsubscribe.startswith("https://")
        where = smtp.unsubscribe if is_page else f"mailto:{smtp.unsubscribe}?subject=unsubscribe%20{message.watch}"
        mail["List-Unsubscribe"] = f"<{where}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange knows no other
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    mail.set_boundary(f"=_{message.token}")
    return mail


def _message_id(key: str, domain: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _connect(smtp: Smtp) -> smtplib.SMTP:
    port = smtp.port or PORTS[smtp.security]
    where = f"{smtp.host}:{port}"
    try:
        context = ssl.create_default_context(cafile=smtp.ca_file or None)
    except OSError as error:
        raise DeliveryError(
            f"«{smtp.ca_file}» holds no certificates ({error})", "look at smtp.ca_file", is_channel_down=True
        ) from error
    server: smtplib.SMTP | None = None
    try:
        own_name = socket.gethostname()
        if smtp.security == "tls":
            server = smtplib.SMTP_SSL(smtp.host, port, local_hostname=own_name, timeout=smtp.timeout_s, context=context)
        else:
            server = smtplib.SMTP(smtp.host, port, local_hostname=own_name, timeout=smtp.timeout_s)
        if smtp.security == "starttls":
            server.starttls(context=context)
        if smtp.user:
            server.login(smtp.user, smtp.password)
    except (OSError, smtplib.SMTPException) as error:
        if server is not None:
            server.close()
        raise _explained(error, where, smtp) from error
    return server


def _explained(error: Exception, where: str, smtp: Smtp) -> DeliveryError:
    """Why no session came about, and what to do."""

    def down(message: str, advice: str) -> DeliveryError:
        return DeliveryError(message, advice, is_channel_down=True)

    match error:
        case ssl.SSLCertVerificationError():
            why = error.verify_message.rstrip(".")
            advice = next((what for sign, what in BAD_CERTIFICATES.items() if sign in why), "ask whoever runs it")
            return down(f"the certificate of {where} is not valid: {why}", advice)
        case ssl.SSLError():
            return down(f"no secure connection to {where} ({error.reason})", WHICH_PORT)
        case socket.gaierror():
            return down(f"the name {smtp.host} was not found", "look at smtp.host, and at this machine's name server")
        case _ if isinstance(error, TimeoutError) or "timed out" in str(error):
            return down(f"{where} does not answer within {smtp.timeout_s:g} s", f"is it open from here? {WHICH_PORT}")
        case smtplib.SMTPAuthenticationError():
            message, advice = f"{where} refuses the login: {_said(error)}", "look at smtp.user and smtp.password"
            return DeliveryError(message, advice, is_channel_down=True, retry_after_s=AFTER_BAD_LOGIN_S)
        case smtplib.SMTPNotSupportedError():
            advice = "security: tls (465), or none within a network you trust" if "STARTTLS" in str(error) else ""
            return down(f"{where} cannot do it: {error}", advice)
        case smtplib.SMTPServerDisconnected():
            return down(f"{where} hung up ({error})", WHICH_PORT)
        case smtplib.SMTPResponseException():
            return down(f"{where} is not at service: {_said(error)}", "ask whoever runs it")
    return down(f"no connection to {where} ({getattr(error, 'strerror', None) or error})", "is it running?")


def _send(server: smtplib.SMTP, mail: EmailMessage, smtp: Smtp, receiver: str) -> None:
    try:
        server.send_message(mail, from_addr=parseaddr(smtp.sender)[1], to_addrs=[receiver])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(f"{receiver} is refused", *error.recipients[receiver], "is the address right?") from error
    except smtplib.SMTPSenderRefused as error:
        raise _sender_refused(error, smtp) from error
    except smtplib.SMTPDataError as error:
        raise _refused("the mail is refused", error.smtp_code, error.smtp_error, "") from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(
            f"the mail server broke off ({error or type(error).__name__})",
            "it may have taken the mail, which then comes twice under one Message-ID",
            is_channel_down=True,
        ) from error


def _refused(what: str, code: int, text: bytes | str, advice: str) -> DeliveryError:
    """4xx may pass, 5xx will not (RFC 5321) but for a few; 421 ends the session."""
    said = f"{code} {_text(text)}"
    about = found[1] if (found := SUBJECT.match(said)) else ""
    is_final = code >= 500 and about not in MAY_BE_MENDED
    if code < 500 or about[:2] not in ("", "1."):
        advice = ""
    if RELAY.search(said):
        is_final, advice = False, "it sends on for who logs in: look at smtp.user, and at the server's rules"
    return DeliveryError(f"{what}: {said}", advice, is_final=is_final, is_channel_down=code == 421)


def _sender_refused(error: smtplib.SMTPSenderRefused, smtp: Smtp) -> DeliveryError:
    """What the server has against the sender it has against every mail; it may pass, or be mended."""
    if error.smtp_code < 500:
        return DeliveryError(f"the server takes no mail now: {_said(error)}", is_channel_down=True)
    advice = f"may «{smtp.user or 'nobody'}» send as {error.sender}? See smtp.sender"
    return DeliveryError(f"the sender is refused: {_said(error)}", advice, is_channel_down=True)


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
