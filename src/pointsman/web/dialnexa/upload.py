"""The file in a `multipart/form-data` body."""

from collections.abc import Iterator, Mapping

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserError,
    PushMultipartParser,
)

from pointsman.core.errors import Invalid, TooLarge
from pointsman.services.lead_files import LARGEST_FILE, MIB, WRONG_KIND

PART = "file"
MOST_PARTS = 20
LARGEST_UPLOAD = LARGEST_FILE + MIB // 16
"""The file, and what is around it."""

NOT_MULTIPART = "Request body is not valid multipart/form-data"
NO_FILE = f"{PART} is required: one part of that name, with the file"


def read_upload(options: Mapping[str, str], body: bytes) -> tuple[str, bytes]:
    """Return name and content of the part `file`; `options` are those of the content type."""
    try:
        files = [content for name, content in _parts(options.get("boundary", ""), body) if name == PART]
    except (MultipartError, LookupError, ValueError) as problem:
        raise Invalid(NOT_MULTIPART) from problem
    if len(files) != 1:
        raise Invalid(NO_FILE)
    filename, content = files[0]
    if not filename:
        raise Invalid(WRONG_KIND)
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"File must have at most {LARGEST_FILE // MIB} MiB")
    return filename, content


def _parts(boundary: str, body: bytes) -> Iterator[tuple[str, tuple[str | None, bytes]]]:
    """Yield the parts of a body: name, name of the file, content."""
    segment: MultipartSegment | None = None
    pieces: list[bytes] = []
    with PushMultipartParser(boundary.encode(), max_segment_count=MOST_PARTS) as parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                segment, pieces = event, []
            elif event:
                pieces.append(event)
            elif segment is not None:
                yield segment.name, (segment.filename, b"".join(pieces))
    if segment is None:
        raise ParserError("there are no parts")
