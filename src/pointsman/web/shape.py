"""Shapes of bodies and answers, where msgspec needs a hand."""

from typing import TypeVar

from msgspec import Meta, Struct, UnsetType

T = TypeVar("T")


def items_of(*shapes: type[Struct]) -> Meta:
    """Say of an annotated list that each item has one of several shapes, for the OpenAPI document."""
    references = [{"$ref": f"#/components/schemas/{shape.__name__}"} for shape in shapes]
    return Meta(extra_json_schema={"items": {"anyOf": references}})


def given(value: T | UnsetType) -> T | None:
    """Read what may be left out of a body; None when it was."""
    return None if isinstance(value, UnsetType) else value
