"""Which addresses may be reached, and which hosts belong to one site. Pure; refuses everything not known to be public.

A feed is hostile input: it may name `http://169.254.169.254/` or a name that resolves to it. What counts is the address
a connection is really made to, so the check belongs where the connection is made, on every hop.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from courlan import extract_domain

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WEB_PORTS = frozenset({80, 443})
#: What the system reads as an IPv4 address: one to four numbers, each decimal, octal or hexadecimal.
_NUMBERS = re.compile(r"(?:0[xX][0-9a-fA-F]*|\d+)(?:\.(?:0[xX][0-9a-fA-F]*|\d+)){0,3}")

#: IPv6 forms that carry an IPv4 address in them, and how far from the right it stands, in bits.
#: A translator or tunnel on the way would take the packet to that address.
_EMBEDDING = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # IPv4-translated (RFC 2765)
    (ipaddress.IPv6Network("::/96"), 0),  # IPv4-compatible, deprecated
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
)
#: Protocol assignments (RFC 6890), which the standard library counts as global in part.
_IPV4_SPECIAL = ipaddress.IPv4Network("192.0.0.0/24")
#: The only IPv6 space given out as global unicast so far (IANA), and what in it is not for ordinary hosts.
_IPV6_GLOBAL = ipaddress.IPv6Network("2000::/3")
_IPV6_SPECIAL = (ipaddress.IPv6Network("2001::/23"), ipaddress.IPv6Network("2001:db8::/32"))


def is_public(address: Address) -> bool:
    """Whether an address is global unicast, also after every translation it may meet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        return address in _IPV6_GLOBAL and not any(address in special for special in _IPV6_SPECIAL)
    return address.is_global and not (address.is_multicast or address.is_reserved or address in _IPV4_SPECIAL)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    for network, shift in _EMBEDDING:
        if address in network:
            return ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return None


class AddressPolicy:
    """Says yes or no to an address and a port; the operator's networks and ports added to the public web's."""

    def __init__(self, *, networks: Sequence[str] = (), ports: Sequence[int] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(text, strict=False) for text in networks)
        self._ports = frozenset(ports)

    def refusal(self, address: Address, port: int) -> str:
        """Why this address and port may not be connected to; empty when they may."""
        is_allowed = self._is_allowed(address)
        if not is_allowed and not is_public(address):
            return f"{address} is not a public address (allow its network if you trust it)"
        is_port_open = port in WEB_PORTS or port in self._ports or (is_allowed and not self._ports)
        return "" if is_port_open else f"port {port} is not allowed (allow it if you trust it)"

    def _is_allowed(self, address: Address) -> bool:
        inner = _embedded(address) if isinstance(address, ipaddress.IPv6Address) else None
        return any(address in network or (inner is not None and inner in network) for network in self._networks)


def literal_address(host: str) -> Address | None:
    """The address that a host is written as, in any of the ways the system reads it; None for a name."""
    bare = host.strip("[]").split("%", 1)[0].rstrip(".")
    try:
        if _NUMBERS.fullmatch(bare):  # 2130706433, 0x7f.1, 0177.0.0.1
            return ipaddress.IPv4Address(socket.inet_aton(bare))
        return ipaddress.ip_address(bare)
    except (ValueError, OSError):
        return None


def host_of(url: str) -> str:
    """Host and port of a URL as one server would be named: lower case, no user, no port that goes without saying."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    return host.removesuffix(":443" if parts.scheme == "https" else ":80").removesuffix(":")


def site_of(url: str) -> str:
    """The site a URL belongs to: the registrable domain, or host and port where there is none (`localhost:8000`)."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        port = None
    domain = registrable_domain(host)
    return domain or f"{host}:{port or (443 if parts.scheme == 'https' else 80)}"


@lru_cache(maxsize=10_000)
def registrable_domain(host: str) -> str:
    """`bbc.co.uk` for `news.bbc.co.uk`; empty for addresses and names without a dot."""
    if "." not in host or literal_address(host) is not None:
        return ""
    domain = str(extract_domain(f"https://{host}/") or "")
    return domain if "." in domain else ".".join(host.split(".")[-2:])
