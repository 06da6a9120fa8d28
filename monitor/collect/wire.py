"""One request, one answer, whole and bounded. The only module that knows httpx and the httpcore below it.

Knows nothing of robots.txt, redirects or politeness. Refuses addresses that the policy refuses, at the moment of
connecting and with the address that is connected to; there is no second look-up that could answer differently.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpcore
import httpx

from monitor.collect.addresses import AddressPolicy, literal_address
from monitor.collect.bodies import BodyReader, BodyTooLargeError, CodingError, gunzip, is_unlabelled_gzip
from monitor.errors import FetchError, RefusedError, UnreachableError
from monitor.model import BlockKind, FailureKind, FetchSettings

#: Names are looked up in threads of their own: a dead name server must not hold up the database's threads.
DNS_THREADS = 16
#: Idle connections are closed before most servers would (5 s with Apache).
KEEPALIVE_S = 4.0
#: Of an error's body so much is read, and for so long, to recognise a challenge.
ERROR_BODY_BYTES = 256_000
ERROR_BODY_S = 5.0
#: Addresses of one name that are tried.
ADDRESSES_TRIED = 4


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server answered, before anybody asks what it means."""

    url: str
    status: int
    #: Names in lower case; of a repeated header all values, joined with a comma.
    headers: dict[str, str]
    body: bytes = field(repr=False)
    notes: tuple[str, ...] = ()
    #: What the exchange took, without waiting for a place.
    elapsed_s: float


class Wire:
    """A pool of connections. Use as `async with`."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._policy = AddressPolicy(networks=settings.allowed_networks, ports=settings.allowed_ports)
        self._resolver = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns")
        limits = httpx.Limits(
            max_connections=settings.connections,
            max_keepalive_connections=settings.connections,
            keepalive_expiry=KEEPALIVE_S,
        )
        proxy = httpx.Proxy(settings.proxy) if settings.proxy else None
        # SSL_CERT_FILE counts otherwise: a proxy that looks inside has a certificate of its own.
        own = settings.ca_file
        trusted = ssl.create_default_context(cafile=own) if own else httpx.create_ssl_context()
        self._transport = httpx.AsyncHTTPTransport(verify=trusted, limits=limits, trust_env=False, proxy=proxy)
        if proxy is None:
            # httpx offers no way to hand its pool a network backend; its version is pinned for this line.
            guard = GuardedBackend(self._policy, self._resolver, settings.connect_timeout_s)
            self._transport._pool._network_backend = guard
        self._places = asyncio.Semaphore(settings.connections)

    async def aclose(self) -> None:
        await self._transport.aclose()
        self._resolver.shutdown(wait=False, cancel_futures=True)

    async def get(
        self,
        url: str,
        headers: Sequence[tuple[str, str]],
        *,
        max_bytes: int,
        deadline_s: float,
        beginning_suffices: bool = False,
    ) -> Answer:
        """Ask once; raise FetchError when no whole answer comes, RefusedError when the address is not for us.

        A body beyond `max_bytes` is an error, unless its beginning suffices.
        """
        return await self._ask(
            self._request(url, headers),
            url,
            max_bytes=max_bytes,
            deadline_s=deadline_s,
            beginning_suffices=beginning_suffices,
        )

    async def post(self, url: str, headers: Sequence[tuple[str, str]], body: bytes, *, deadline_s: float) -> Answer:
        """Hand over a body once; of the answer only the beginning is read. Raises as `get` does."""
        return await self._ask(
            self._request(url, headers, body),
            url,
            max_bytes=ERROR_BODY_BYTES,
            deadline_s=deadline_s,
            beginning_suffices=True,
        )

    async def _ask(
        self, request: httpx.Request, url: str, *, max_bytes: int, deadline_s: float, beginning_suffices: bool
    ) -> Answer:
        async with self._places:
            started = time.monotonic()
            try:
                async with asyncio.timeout(deadline_s):
                    status, answered, body, notes = await self._exchange(
                        request, max_bytes, beginning_suffices=beginning_suffices
                    )
            except TimeoutError as error:
                message = f"no complete answer within {deadline_s:.3g} s"
                raise FetchError(url, FailureKind.TIMEOUT, message) from error
            except (httpx.TransportError, _ConnectFailedError, BodyTooLargeError, CodingError) as error:
                raise _explain(url, error) from error
            except _AddressRefusedError as error:
                raise RefusedError(url, BlockKind.REFUSED_ADDRESS, str(error)) from error
            if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and self._settings.proxy:
                raise _proxy_wants_password(url)
            elapsed_s = time.monotonic() - started
        return Answer(url=url, status=status, headers=answered, body=body, notes=tuple(notes), elapsed_s=elapsed_s)

    def _request(self, url: str, headers: Sequence[tuple[str, str]], body: bytes | None = None) -> httpx.Request:
        try:
            sent = [(name.encode("ascii"), value.encode("utf-8")) for name, value in headers]
            request = httpx.Request("GET" if body is None else "POST", url, headers=sent, content=body)
            target = request.url
            if target.scheme not in ("http", "https") or not target.host:
                raise RefusedError(url, BlockKind.REFUSED_ADDRESS, "only http and https addresses are fetched")
        except (httpx.InvalidURL, ValueError, UnicodeError) as error:
            raise RefusedError(url, BlockKind.REFUSED_ADDRESS, f"not a usable address ({error})") from error
        literal = literal_address(target.host)
        if literal is not None:  # a proxy resolves names for us, but a literal address is ours to refuse
            port = target.port or (443 if target.scheme == "https" else 80)
            if refusal := self._policy.refusal(literal, port):
                raise RefusedError(url, BlockKind.REFUSED_ADDRESS, refusal)
        return request

    async def _exchange(
        self, request: httpx.Request, max_bytes: int, *, beginning_suffices: bool
    ) -> tuple[int, dict[str, str], bytes, list[str]]:
        """Status, headers, body and notes; of anything but a 2xx only the beginning of the body."""
        response = await self._transport.handle_async_request(request)
        try:
            headers = _joined(response.headers.raw, self._settings.max_header_bytes)
            if response.status_code >= 300:
                return response.status_code, headers, await _glimpse(response), []
            stated = headers.get("content-length", "")
            if stated.isdecimal() and int(stated) > max_bytes and not beginning_suffices:
                raise BodyTooLargeError(f"announces {int(stated):,} bytes, {max_bytes:,} are allowed")
            reader = BodyReader(headers.get("content-encoding", ""), max_bytes=max_bytes)
            try:
                async for chunk in response.stream:  # type: ignore[union-attr]
                    reader.feed(chunk)
            except BodyTooLargeError:
                if not beginning_suffices:
                    raise
                return response.status_code, headers, reader.so_far(), reader.notes
            body = reader.finish()
            if is_unlabelled_gzip(body, headers.get("content-type", "")):
                body = gunzip(body, max_bytes=max_bytes)
            return response.status_code, headers, body, reader.notes
        finally:
            if _has_leftovers(response):  # they would be taken for the answer to the next request
                await response.extensions["network_stream"].aclose()
            await response.aclose()


def _has_leftovers(response: httpx.Response) -> bool:
    """Whether more came than the answer: a 304 with a body, a body longer than its stated length."""
    # httpx shows nobody what its parser still holds; as with the network backend, a test holds this to its version.
    connection = response.stream._httpcore_stream._stream._connection  # type: ignore[union-attr]
    return bool(connection._h11_state.trailing_data[0])


async def _glimpse(response: httpx.Response) -> bytes:
    """The beginning of an error's body, as far as it comes easily: it only serves to recognise a challenge."""
    try:
        reader = BodyReader(response.headers.get("content-encoding", ""), max_bytes=ERROR_BODY_BYTES)
    except CodingError:
        return b""
    with contextlib.suppress(BodyTooLargeError, CodingError, TimeoutError, httpx.TransportError):
        async with asyncio.timeout(ERROR_BODY_S):
            async for chunk in response.stream:  # type: ignore[union-attr]
                reader.feed(chunk)
    return reader.so_far()


def _joined(raw: Iterable[tuple[bytes, bytes]], max_bytes: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    size = 0
    for name, value in raw:
        size += len(name) + len(value)
        key = name.decode("latin-1").lower()
        text = _header_text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    if size > max_bytes:
        raise BodyTooLargeError(f"sent {size:,} bytes of headers")
    return headers


def _header_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


# --- connecting ----------------------------------------------------------------------------------------------------


class _AddressRefusedError(Exception):
    """The policy says no; the message says why."""


class _ConnectFailedError(Exception):
    """No connection came about; carries the kind."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Looks a name up once, checks what came, and connects to exactly that."""

    def __init__(self, policy: AddressPolicy, resolver: ThreadPoolExecutor, timeout_s: float) -> None:
        self._policy = policy
        self._resolver = resolver
        self._timeout_s = timeout_s
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the connection's own limit is in the settings
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(self._timeout_s):
                addresses = await self._resolve(host, port)
                return await self._connect(addresses, port, local_address, socket_options)
        except TimeoutError as error:
            message = f"{host}:{port} did not accept a connection within {self._timeout_s:g} s"
            raise _ConnectFailedError(FailureKind.TIMEOUT, message) from error
        except httpcore.ConnectError as error:
            number = getattr(_cause(error, OSError), "errno", None)
            message = f"no connection to {host}:{port} ({os.strerror(number) if number else error})"
            raise _ConnectFailedError(FailureKind.CONNECT, message) from error

    async def _resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host that may be connected to; raises when there are none."""
        literal = literal_address(host)
        if literal is not None:
            found = [str(literal)]
        else:
            loop = asyncio.get_running_loop()
            try:
                infos = await loop.run_in_executor(self._resolver, _look_up, host, port)
            except (OSError, UnicodeError) as error:
                raise _ConnectFailedError(FailureKind.DNS, f"the name {host} was not found ({error})") from error
            found = [*dict.fromkeys(str(info[4][0]).split("%", 1)[0] for info in infos)]
        refusals = {address: self._policy.refusal(ipaddress.ip_address(address), port) for address in found}
        allowed = [address for address, refusal in refusals.items() if not refusal]
        if not allowed:
            reason = next(iter(refusals.values()), f"{host} has no address")
            raise _AddressRefusedError(reason if literal is not None else f"{host}: {reason}")
        return allowed[:ADDRESSES_TRIED]

    async def _connect(
        self, addresses: Sequence[str], port: int, local_address: str | None, socket_options: Iterable[Any] | None
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers, giving each a share of the time."""
        *others, last = addresses
        for address in others:
            try:
                async with asyncio.timeout(self._timeout_s / len(addresses)):
                    return await self._inner.connect_tcp(address, port, None, local_address, socket_options)
            except (TimeoutError, httpcore.ConnectError):
                continue
        return await self._inner.connect_tcp(last, port, None, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


# --- saying what went wrong ----------------------------------------------------------------------------------------


def _explain(url: str, error: Exception) -> FetchError | RefusedError:
    """Our error for a library's, in words that name the cause."""
    match error:
        case BodyTooLargeError():
            return FetchError(url, FailureKind.TOO_LARGE, str(error))
        case CodingError():
            return FetchError(url, FailureKind.PARSE, str(error))
        case _ConnectFailedError():
            return UnreachableError(url, error.kind, str(error))
        case httpx.ProxyError() if "403" in str(error):
            return RefusedError(url, BlockKind.REFUSED_ADDRESS, f"the egress proxy refused it ({error})")
        case httpx.ProxyError() if "407" in str(error):
            return _proxy_wants_password(url)
        case httpx.ProxyError():
            return FetchError(url, FailureKind.CONNECT, f"the egress proxy could not reach it ({error})")
    tls = _cause(error, ssl.SSLError)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return FetchError(url, FailureKind.TLS, f"its certificate is not valid: {tls.verify_message}")
    if tls is not None:
        return FetchError(url, FailureKind.TLS, f"no secure connection came about ({tls})")
    text = str(error) or type(error).__name__
    if "Receive buffer too long" in text:  # h11's bound for what precedes a body
        return FetchError(url, FailureKind.TOO_LARGE, "its headers are too large")
    if isinstance(error, httpx.RemoteProtocolError):
        return FetchError(url, FailureKind.CONNECT, f"the answer broke off or is not HTTP ({text})")
    if isinstance(error, httpx.ConnectError):  # of a proxy; other connections are made by us
        return UnreachableError(url, FailureKind.CONNECT, f"the egress proxy cannot be reached ({text})")
    return FetchError(url, FailureKind.CONNECT, f"the connection failed ({text})")


def _proxy_wants_password(url: str) -> UnreachableError:
    return UnreachableError(url, FailureKind.CONNECT, "the egress proxy wants another name and password (407)")


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """The deepest error of a kind that led to this one."""
    found = None
    while error is not None:
        found = error if isinstance(error, kind) else found
        error = error.__cause__ or error.__context__
    return found
