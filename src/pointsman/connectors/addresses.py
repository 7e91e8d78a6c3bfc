"""Which network addresses a request from us may go to."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_REFUSED_4 = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # IETF protocol assignments
            "192.88.99.0/24",  # 6to4 relays
        ),
    )
)
_GLOBAL_6 = ip_network("2000::/3")
_REFUSED_6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # IETF protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the public internet, and says so itself.

    IPv6 forms that hold an IPv4 address (mapped, 6to4, NAT64, Teredo) are refused whatever they hold.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        return parsed in _GLOBAL_6 and not _is_among(parsed, _REFUSED_6)
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or _is_among(parsed, _REFUSED_4))


def is_plainly_private(host: str) -> bool:
    """Tell whether a host is an address that is not public, in any spelling that systems read, or the machine itself.

    A name can still turn out to have such an address; that shows when something is sent.
    """
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not is_public(str(ip_address(name.strip("[]"))))
    except ValueError:
        pass
    try:
        return not is_public(socket.inet_ntoa(socket.inet_aton(name)))
    except (OSError, UnicodeError):
        return False


def _is_among(address: IPv4Address | IPv6Address, networks: tuple[object, ...]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]
