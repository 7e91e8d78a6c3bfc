"""Reading the body of a PATCH: what is absent stays."""

from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from pointsman.core.errors import Invalid
from pointsman.web.call import AnyRequest
from pointsman.web.dialnexa.body import fields_of

T = TypeVar("T", bound=msgspec.Struct)


async def changes_of(request: AnyRequest, kind: type[T]) -> dict[str, Any]:
    """Read what to change, by field; a body without any field that can be changed is refused (contract 2.2)."""
    body = await fields_of(request, kind)
    changes = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    if not changes:
        raise Invalid(f"Nothing to change: send at least one of {', '.join(kind.__struct_fields__)}")
    return changes
