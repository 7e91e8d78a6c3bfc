"""The file in a `multipart/form-data` body."""

from collections.abc import Mapping

from multipart import MultipartError  # type: ignore[import-untyped]

from pointsman.core.errors import Invalid, TooLarge
from pointsman.services.lead_files import LARGEST_FILE, MIB, WRONG_KIND
from pointsman.web.form import parts_of

PART = "file"
MOST_PARTS = 20
LARGEST_UPLOAD = LARGEST_FILE + MIB // 16
"""The file, and what is around it."""

NOT_MULTIPART = "Request body is not valid multipart/form-data"
NO_FILE = f"{PART} is required: one part of that name, with the file"


def read_upload(options: Mapping[str, str], body: bytes) -> tuple[str, bytes]:
    """Return name and content of the part `file`; `options` are those of the content type."""
    try:
        files = [content for name, content in parts_of(options, body, MOST_PARTS) if name == PART]
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
