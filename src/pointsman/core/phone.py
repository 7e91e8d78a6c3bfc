"""Phone numbers: which of them are real, and where they may ring."""

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, timezone

from pointsman.core.zones import find_zone

LONGEST_NUMBER = 100
"""Longer text is no phone number."""

_NO_COUNTRY = "001"
"""What the numbering plan calls the region of a number that belongs to no country."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid phone number: in E.164, and its country (ISO 3166 alpha-2), None for numbers of no country."""

    e164: str
    region: str | None

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones the number may be in, as of `zones_of`."""
        return zones_of(self.e164)


def read_phone(text: str | None, region: str | None = None) -> Phone | None:
    """Read a phone number as people write it; None when it cannot be one.

    A number without its country code is read as one of `region` (ISO 3166 alpha-2). Without a region it needs the
    code, after `+` or `00`.
    """
    if not isinstance(text, str) or len(text) > LONGEST_NUMBER:
        return None
    return _read(text, region.upper() if isinstance(region, str) else None)


@lru_cache(maxsize=4096)
def zones_of(e164: str) -> tuple[str, ...]:
    """List the IANA zones that a number in E.164 may be in by its prefix; empty when nothing is known."""
    number = _parse(e164, None)
    if number is None:
        return ()
    return tuple(zone for zone in timezone.time_zones_for_number(number) if find_zone(zone))


@lru_cache(maxsize=4096)
def _read(text: str, region: str | None) -> Phone | None:
    number = _parse(text, region)
    if number is None or not (phonenumbers.is_valid_number(number) or _is_plausible(text, number)):
        return None
    country = phonenumbers.region_code_for_number(number)
    return Phone(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        None if country == _NO_COUNTRY else country,
    )


def _is_plausible(text: str, number: phonenumbers.PhoneNumber) -> bool:
    """Take a number in full that has the right length: numbering plans change faster than the tables of them.

    Without its country code, only the tables tell a number from any other row of digits.
    """
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return possible and text.lstrip().startswith("+")


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    number = text.strip()
    if region is None and number.startswith("00"):
        number = f"+{number[2:]}"
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
