"""Which way a request came: over HTTPS, or at least from this machine?"""

from ipaddress import IPv6Address, ip_address

from litestar.types import Scope


def is_safe(scope: Scope) -> bool:
    """Tell whether nobody between the client and this machine can read what is sent.

    A proxy on this machine that says how it was spoken to speaks for a client somewhere else.
    """
    return came_by_https(scope) or (not _forwarded_proto(scope) and _is_from_here(scope))


def came_by_https(scope: Scope) -> bool:
    """Tell whether the client uses HTTPS."""
    return scope["scheme"] == "https" or _forwarded_proto(scope) == b"https"


def _forwarded_proto(scope: Scope) -> bytes:
    """Return what a proxy says that it was spoken to; the first of several is the one that the client spoke to."""
    said = next((value for name, value in scope["headers"] if name == b"x-forwarded-proto"), b"")
    return said.partition(b",")[0].strip().lower()


def _is_from_here(scope: Scope) -> bool:
    """Tell whether the client is on this machine; one without an address came through a socket in the file system."""
    client = scope["client"]
    if client is None or not client[0]:
        return True
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
