"""Sockets that only lead to public addresses and never outlive the time limit.

A name is resolved once, every address of it is checked, and the connection goes to a checked one: a name server
that answers differently the next moment (DNS rebinding) gains nothing. Redirects come through here as well.
"""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from connectors.http.limits import HttpLimits
from falselight.errors import Halt, Retry

MAX_ADDRESSES = 4  # tried one after the other; a host with more is down when four are
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Guard(httpcore.NetworkBackend):
    """Opens connections for one client. `deadline`: monotonic second at which the present answer must be whole."""

    def __init__(self, limits: HttpLimits) -> None:
        self.deadline = math.inf
        self._limits = limits
        self._inner = httpcore.SyncBackend()

    def left(self, timeout: float | None) -> float:
        """Seconds that the next socket operation may take; raises httpcore.ReadTimeout when none are left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time limit of the whole answer has passed")
        return min(left, timeout if timeout is not None else math.inf)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to a checked address of `host`. Raises Retry when there is none, Halt when one is private."""
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address, at_port in self._targets(host, port)[:MAX_ADDRESSES]:
            try:
                return _Timed(self._inner.connect_tcp(address, at_port, timeout=self.left(timeout)), self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def _targets(self, host: str, port: int) -> list[tuple[str, int]]:
        stand_in = self._limits.resolve.get(host.lower())
        if stand_in:
            address, _, at_port = stand_in.rpartition(":")
            return [(address.strip("[]"), int(at_port))]
        found = _resolve(host, port)
        if not self._limits.allow_private:
            _refuse_private(host, found)
        return [(address, port) for address in found]


class _Timed(httpcore.NetworkStream):
    """A stream whose every operation ends at the guard's deadline: a server that drips bytes cannot hold us."""

    def __init__(self, inner: httpcore.NetworkStream, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._guard.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._guard.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, self._guard.left(timeout)), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport with our sockets under it; httpx itself offers no way to hand in a network backend."""

    def __init__(self, guard: Guard, verify: str | bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(verify),
            max_connections=4,
            keepalive_expiry=10.0,  # longer than the usual pause, so that articles of one host share a connection
            network_backend=guard,
        )


@cache  # reading the authorities takes a tenth of a second, and every source has its own client
def _ssl_context(verify: str | bool) -> ssl.SSLContext:
    if isinstance(verify, str):
        return ssl.create_default_context(cafile=verify)
    return httpx.create_ssl_context(verify=verify, trust_env=False)


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        detail = getattr(error, "strerror", None) or error
        raise Retry(f"{host}: no address found ({detail}); if this lasts, check the host's spelling") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refuse_private(host: str, addresses: Iterable[str]) -> None:
    for address in addresses:
        if not is_public(address):
            raise Halt(
                f"{host} leads to {address}, an address that is not public; nothing was asked there. Correct the "
                "source's address, or allow private addresses (FALSELIGHT_HTTP_ALLOW_PRIVATE) where it is meant"
            )


def is_public(address: str) -> bool:
    """Whether an address, and any IPv4 address that it carries inside, belongs to the public internet."""
    return all(_global(ip) for ip in _with_inner(ipaddress.ip_address(address)))


def _global(ip: Address) -> bool:
    # is_global is True for multicast and for site-local addresses (CPython 3.11).
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or site_local)


def _with_inner(ip: Address) -> list[Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    if ip in _NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    teredo = list(ip.teredo) if ip.teredo else []
    return [ip, *([ip.sixtofour] if ip.sixtofour else []), *teredo]
