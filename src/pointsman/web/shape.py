"""Shapes of bodies and answers, where msgspec needs a hand."""

from typing import Annotated, Any

from msgspec import Meta, Struct


def one_of(*shapes: type[Struct]) -> Any:
    """Type of a value that has one of several shapes; only for encoding and for the OpenAPI document."""
    references = [{"$ref": f"#/components/schemas/{shape.__name__}"} for shape in shapes]
    return Annotated[Any, Meta(extra_json_schema={"anyOf": references})]
