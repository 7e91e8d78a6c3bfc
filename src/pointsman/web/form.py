"""Reading forms: what browsers send when a plain HTML form is submitted, in either of its two encodings."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserError,
    PushMultipartParser,
)

from pointsman.core.errors import Invalid
from pointsman.web.body import MOST_KEYS

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

NOT_A_FORM = (
    f"Request body is not a valid form: it must have at most {MOST_KEYS} fields, in UTF-8 or in the charset that its "
    "Content-Type names"
)

_CHARSETS = {"utf-8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "cp1252", "windows-1252": "cp1252"}
"""What browsers call the encodings that forms are sent in, and what they are here."""


def read_form(kind: str, options: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Read a form into texts by field name: a list of them where a name is there several times.

    `kind` and `options` are those of the content type. Of a file only its name is read.
    """
    form: dict[str, Any] = {}
    try:
        encoding = _CHARSETS[options.get("charset", "utf-8").lower()]
        for name, value in _fields(kind, options, body, encoding):
            if name in form:
                before = form[name]
                form[name] = [*before, value] if isinstance(before, list) else [before, value]
            else:
                form[name] = value
    except (MultipartError, LookupError, ValueError) as problem:
        raise Invalid(NOT_A_FORM) from problem
    return form


def parts_of(options: Mapping[str, str], body: bytes, most: int) -> Iterator[tuple[str, tuple[str | None, bytes]]]:
    """Yield the parts of a `multipart/form-data` body: name, name of the file, content."""
    segment: MultipartSegment | None = None
    pieces: list[bytes] = []
    with PushMultipartParser(options.get("boundary", "").encode(), max_segment_count=most) as parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                segment, pieces = event, []
            elif event:
                pieces.append(event)
            elif segment is not None:
                yield segment.name, (segment.filename, b"".join(pieces))
    if segment is None:
        raise ParserError("there are no parts")


def _fields(kind: str, options: Mapping[str, str], body: bytes, encoding: str) -> Iterator[tuple[str, str]]:
    if kind == MULTIPART:
        for name, (filename, content) in parts_of(options, body, MOST_KEYS):
            yield name, content.decode(encoding) if filename is None else filename
        return
    yield from parse_qsl(
        body.decode(encoding), keep_blank_values=True, encoding=encoding, errors="strict", max_num_fields=MOST_KEYS
    )
