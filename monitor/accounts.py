"""Accounts of the desk: passwords, sessions, and how often somebody may guess. The only module that knows argon2."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import NotFoundError, UsageError
from monitor.model import Account, Role
from monitor.ports import Store

#: What NIST SP 800-63B asks of a password that stands alone is length; it advises against rules on its letters.
MIN_PASSWORD, MAX_PASSWORD = 12, 256
NAME = re.compile(r"[\w.@+-]{1,64}")
#: argon2id with the library's defaults, RFC 9106's second recommendation: 64 MiB, three passes, some 60 ms.
_hasher = PasswordHasher()
#: Verified when there is no such account, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$0IJnS89ccvbWUEFJz5iCkA$s8PfFRltcD0VlZsjlT+iKOy1sfyPTnDOG8vZKEKc3+g"


def make_account(store: Store, name: str, password: str, role: Role, *, now: datetime) -> Account:
    """A new account. Raises UsageError for a name that is taken or a password that will not do."""
    if not NAME.fullmatch(name):
        raise UsageError(f"«{name}» is no name: letters, digits and . @ + - _, 64 at most")
    if find_account(store, name):
        raise UsageError(f"there is an account «{name}»; `widerhall account password {name}` changes its password")
    made = Account(name=name, role=role, password_hash=hashed(name, password), created_at=now)
    store.put_account(made)
    return made


def make_first_account(store: Store, password: str, *, now: datetime) -> None:
    """The account `admin`, where there is none at all: a container has nobody at its terminal."""
    if not store.accounts():
        make_account(store, "admin", password, Role.ANALYST, now=now)


def find_account(store: Store, name: str) -> Account | None:
    return next((account for account in store.accounts() if account.name == name), None)


def the_account(store: Store, name: str) -> Account:
    """The account of that name; NotFoundError names those there are."""
    if found := find_account(store, name):
        return found
    names = ", ".join(account.name for account in store.accounts()) or "none"
    raise NotFoundError(f"there is no account «{name}»; there are: {names}")


def hashed(name: str, password: str) -> str:
    """A password's hash. Raises UsageError for one that is easily guessed."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise UsageError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        raise UsageError("that password is easily guessed: no name in it, and more than a few letters")
    return _hasher.hash(password)


def check_password(store: Store, name: str, password: str) -> Account | None:
    """The account, if the password is its own. Takes as long when there is no such account."""
    account = find_account(store, name)
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return account


def new_session(store: Store, account: str, *, label: str, now: datetime, lasts: timedelta) -> str:
    """Log in: the token that the browser or program keeps. Only its hash is stored."""
    token = secrets.token_urlsafe(32)
    store.open_session(token_hash(token), account, label=label, now=now, until=now + lasts)
    return token


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass
class Brake:
    """How long somebody who guesses has to wait: nothing for a few mistakes, then twice as long each time.

    Counts names and addresses apart, so that neither many names from one address nor many addresses at one name get
    far. Kept in memory: a restart forgives.
    """

    #: Mistakes that cost nothing.
    free: int = 5
    #: Mistakes are forgotten after so long.
    forgotten_after: timedelta = timedelta(hours=1)
    #: Keys remembered at most; the oldest go first.
    size: int = 10_000
    _mistakes: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def wait_s(self, keys: tuple[str, ...], *, now: datetime) -> int:
        """Seconds until the next try, 0 if it may be now."""
        return max((self._wait_s(key, now) for key in keys), default=0)

    def _wait_s(self, key: str, now: datetime) -> int:
        count, last = self._mistakes.get(key, (0, now))
        if count < self.free or now - last > self.forgotten_after:
            return 0
        waits = timedelta(seconds=min(2 ** (count - self.free) * 5, 900))
        return max(int((last + waits - now).total_seconds() + 0.999), 0)

    def mistaken(self, keys: tuple[str, ...], *, now: datetime) -> None:
        for key in keys:
            count, last = self._mistakes.pop(key, (0, now))
            self._mistakes[key] = (1 if now - last > self.forgotten_after else count + 1, now)
        while len(self._mistakes) > self.size:
            del self._mistakes[next(iter(self._mistakes))]

    def succeeded(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._mistakes.pop(key, None)
