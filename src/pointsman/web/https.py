"""Which way a request came: over HTTPS, or at least from this machine?"""

from ipaddress import IPv6Address, ip_address

from litestar.types import Scope


def is_safe(scope: Scope) -> bool:
    """Tell whether nobody between the client and this machine can read what is sent."""
    return came_by_https(scope) or _is_from_here(scope)


def came_by_https(scope: Scope) -> bool:
    """Tell whether the client uses HTTPS; the first of several proxies is the one that it spoke to."""
    if scope["scheme"] == "https":
        return True
    said = next((value for name, value in scope["headers"] if name == b"x-forwarded-proto"), b"")
    return said.partition(b",")[0].strip().lower() == b"https"


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
