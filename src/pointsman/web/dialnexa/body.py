"""Reading bodies of the dialnexa surface, which names every wrong field at once (contract 1.2)."""

from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from pointsman.core.errors import Invalid, SeveralInvalid
from pointsman.web.body import explain, parse_json, read
from pointsman.web.call import AnyRequest

T = TypeVar("T", bound=msgspec.Struct)


async def fields_of(request: AnyRequest, kind: type[T]) -> T:
    """Read the body of a request into a shape; when several fields are wrong, the refusal lists them all."""
    raw = await request.body()
    try:
        return read(raw, kind)
    except Invalid as problem:
        value = parse_json(raw)
        messages = _wrong_fields(value, kind) if isinstance(value, dict) else []
        if len(messages) > 1:
            raise SeveralInvalid(messages) from problem
        raise


def _wrong_fields(value: dict[str, Any], kind: type[T]) -> list[str]:
    messages = []
    for single in _one_field_each(kind):
        try:
            msgspec.convert(value, single)
        except msgspec.ValidationError as problem:
            messages.append(explain(str(problem)))
    return messages


@lru_cache
def _one_field_each(kind: type[T]) -> list[type[msgspec.Struct]]:
    """Cut a shape into shapes of one field, because decoding stops at the first field that is wrong."""
    return [
        msgspec.defstruct(
            kind.__name__,
            [(field.encode_name, field.type) if field.required else (field.encode_name, field.type, None)],
        )
        for field in msgspec.structs.fields(kind)
    ]
