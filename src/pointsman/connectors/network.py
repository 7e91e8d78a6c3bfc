"""Connections to addresses that were checked: a name is resolved once, and never again behind our back."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpcore

from pointsman.connectors.addresses import is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Finds the addresses of a host name."""


_RESOLVERS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="resolve")
"""Threads of its own: names that are slow to resolve must not hold up what else the program does in threads."""


class NotPublicError(Exception):
    """A host has an address that is not of the public internet."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host, each once."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, ask)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections only to public addresses, unless private ones are allowed.

    One address of a host that is not public spoils them all: nobody serious mixes the two.
    """

    def __init__(self, *, allow_private: bool, resolve_name: Resolve) -> None:
        self._allow_private = allow_private
        self._resolve = resolve_name
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that takes the connection."""
        addresses = await self._resolve(host, port)
        if not self._allow_private and not all(map(is_public, addresses)):
            raise NotPublicError
        refusal: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                refusal = refused
        raise refusal
