"""What a workflow looks like on the dialnexa surface (contract section 2, the schema-shape; seed 003)."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field
from sqlalchemy import Row

from pointsman.core.ids import prefixed
from pointsman.services.workflows import LONGEST_DESCRIPTION, LONGEST_NAME
from pointsman.web.dialnexa.paging import PageMeta
from pointsman.web.times import iso

ACTIONS = ("activate", "deactivate", "pause", "resume")

Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
Description = Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)]


class WorkflowCreate(Struct):
    """A workflow to make. `title` is its name; `name` is accepted in its place."""

    title: Name | None = None
    name: Name | None = None
    description: Description | None = None
    status: Annotated[str, Meta(extra_json_schema={"enum": ["draft"]})] | None = None
    settings: dict[str, Any] | None = None


class WorkflowUpdate(Struct):
    """What to change about a workflow. `name` is accepted in place of `title`; `status` is refused.

    Settings are merged: what is absent stays, and null takes a setting away.
    """

    title: Name | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    settings: dict[str, Any] | UnsetType = UNSET
    status: Any | UnsetType = UNSET


class WorkflowAction(Struct):
    """What to do with a workflow."""

    action: Annotated[Any, Meta(extra_json_schema={"type": "string", "enum": list(ACTIONS)})] = None


class Workflow(Struct):
    """A workflow, without its graph. `enrolled_leads` counts its runs, also those that are over."""

    id: str
    organization_id: str
    title: str
    description: str | None
    status: str
    created_at: str
    updated_at: str
    settings: dict[str, Any]
    node_count: int
    edge_count: int
    enrolled_leads: int


class WorkflowPage(Struct):
    """A page of workflows."""

    data: list[Workflow]
    meta: PageMeta


class WorkflowStatusAnswer(Struct):
    """Where a workflow stands after a step in its life."""

    id: str
    status: str


class WorkflowInShort(Struct):
    """A workflow, as the second generation of the contract shows it."""

    id: str
    title: str
    status: str
    description: str | None
    created_at: str = field(name="createdAt")
    updated_at: str = field(name="updatedAt")


class WorkflowActionAnswer(Struct):
    """What was done with a workflow, and where it stands now."""

    status_code: int = field(name="statusCode")
    message: str
    data: WorkflowInShort


def workflow(row: Row[Any], counts: Mapping[str, int]) -> Workflow:
    """Shape a workflow, with the counts of its parts."""
    return Workflow(
        id=prefixed("wf", row.id),
        organization_id=prefixed("org", row.org_id),
        title=row.name,
        description=row.description,
        status=row.status,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
        settings=row.settings,
        node_count=counts["nodes"],
        edge_count=counts["edges"],
        enrolled_leads=counts["runs"],
    )


def workflow_in_short(row: Row[Any]) -> WorkflowInShort:
    """Shape a workflow for the second generation of the contract."""
    return WorkflowInShort(
        id=prefixed("wf", row.id),
        title=row.name,
        status=row.status,
        description=row.description,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )
