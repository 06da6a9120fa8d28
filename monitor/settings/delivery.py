"""Where digests and alerts go: the section `delivery` of `widerhall.yaml`, with bounds and defaults. Values only."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import field, replace
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

_FORBID = ConfigDict(extra="forbid")
Text = Annotated[str, StringConstraints(strip_whitespace=True)]

#: Fewer bytes could be guessed; more are cut by some receivers (Standard Webhooks).
SECRET_BYTES = range(24, 65)
SECRET_PREFIX = "whsec_"
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\]+")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or not value.isascii():
        raise ValueError(f"«{value}» is no mail address; expected one such as desk@example.org")
    return value


def _sender(value: str) -> str:
    if value and (not value.isprintable() or not _ADDRESS.fullmatch(parseaddr(value)[1])):
        raise ValueError(f"«{value}» is no sender; expected Widerhall <widerhall@example.org>")
    return value


def _unsubscribe(value: str) -> str:
    if value and not (_ADDRESS.fullmatch(value) or re.fullmatch(r"https://[^\s<>,]+", value)):
        raise ValueError(f"«{value}» takes nobody off a list; expected a mail address or an https:// page")
    return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Address = Annotated[Text, AfterValidator(_address)]


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class Smtp:
    """The mail server that takes what goes to mail channels."""

    #: Empty: no mail can be sent.
    host: Text = ""
    #: 0: 587 for starttls, 465 for tls, 25 for none.
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text = ""
    password: Text = field(default="", repr=False)
    #: «Widerhall <widerhall@example.org>».
    sender: Annotated[Text, AfterValidator(_sender)] = ""
    #: Where people ask to be taken off: a mail address or an https:// page.
    unsubscribe: Annotated[Text, AfterValidator(_unsubscribe)] = ""
    #: A file of certificates to trust instead of the system's, for a server with one of its own.
    ca_file: Text = ""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 30


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class MailChannel:
    """People who get a mail each."""

    to: Annotated[tuple[Address, ...], BeforeValidator(_as_list), Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class FolderChannel:
    """A folder of files with an index and Atom feeds, to be served or synchronised by something else."""

    #: Relative: in the data directory.
    path: Path
    formats: Annotated[tuple[Literal["html", "text", "md", "json"], ...], BeforeValidator(_as_list)] = (
        "html",
        "text",
        "json",
    )
    #: Where the folder is served, if it is; feeds link there.
    base_url: Text = ""


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class WebhookChannel:
    """A server that gets signed JSON."""

    url: Text = field(repr=False)
    #: What signs: 24 to 64 random bytes in base64, `whsec_` before them or not.
    secret: Text = field(repr=False)
    #: A file of certificates to trust instead of the system's, for a server with one of its own.
    ca_file: Text = ""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 20


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class AppriseChannel:
    """Any service that apprise knows: chat, push, SMS."""

    #: apprise's address of it; it holds secrets.
    url: Text = field(repr=False)


@dataclass(frozen=True, kw_only=True, config=_FORBID)
class DeliveryChannels:
    """Channels by name; a watch says which of them it uses."""

    #: What leaves the house of an article's text; 0: none of it.
    excerpt_chars: Annotated[int, Field(ge=0, le=200)] = 200
    #: What cannot be delivered is tried for so long, less and less often.
    give_up_after_hours: Annotated[float, Field(gt=0, le=720)] = 48
    smtp: Smtp = Smtp()
    mail: dict[Text, MailChannel] = field(default_factory=dict)
    folders: dict[Text, FolderChannel] = field(default_factory=dict)
    webhooks: dict[Text, WebhookChannel] = field(default_factory=dict)
    apprise: dict[Text, AppriseChannel] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every channel's name."""
        return (*self.mail, *self.folders, *self.webhooks, *self.apprise)

    def receivers(self, channel: str) -> tuple[str, ...]:
        """Who gets something through a channel: the addresses of a mail channel; "" for the one behind any other."""
        if channel in self.mail:
            return self.mail[channel].to
        return ("",) if channel in self.names else ()


def secret_key(secret: str) -> bytes | None:
    """The bytes that sign; None where the secret is not of the expected form."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) in SECRET_BYTES else None


def resolved(delivery: DeliveryChannels, resolve: Callable[..., str], data_dir: Path) -> DeliveryChannels:
    """With secrets in place (`resolve(text, *path)` puts them there) and relative paths in the data directory."""

    def smtp(name: str) -> str:
        return resolve(getattr(delivery.smtp, name), "smtp", name)

    ca_file = delivery.smtp.ca_file and str(data_dir / delivery.smtp.ca_file)
    return replace(
        delivery,
        smtp=replace(delivery.smtp, user=smtp("user"), password=smtp("password"), ca_file=ca_file),
        folders={name: replace(folder, path=data_dir / folder.path) for name, folder in delivery.folders.items()},
        webhooks={
            name: replace(
                hook,
                url=resolve(hook.url, "webhooks", name, "url"),
                secret=resolve(hook.secret, "webhooks", name, "secret"),
                ca_file=hook.ca_file and str(data_dir / hook.ca_file),
            )
            for name, hook in delivery.webhooks.items()
        },
        apprise={
            name: replace(service, url=resolve(service.url, "apprise", name, "url"))
            for name, service in delivery.apprise.items()
        },
    )
