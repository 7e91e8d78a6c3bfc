"""Pipelines: the statuses of a workflow, changed after it was made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict
from pointsman.core.workflow import StatusDraft, check_pipeline
from pointsman.services.minting import new_ids
from pointsman.services.workflows import list_statuses
from pointsman.storage import workflows

STATUS_IN_USE = "cannot be removed: leads of this workflow have it, or ended with it"


def save_pipeline(tx: Connection, workflow: Row[Any], pipeline: Sequence[StatusDraft], now: datetime) -> None:
    """Make a workflow's statuses these, in this order. A status is known by its key; one that leads have stays."""
    stored = {row.key: row for row in list_statuses(tx, workflow.id)}
    if [(status.key, *_row(status, 0).values()) for status in pipeline] == [
        (row.key, *_row(row, 0).values()) for row in stored.values()
    ]:
        return
    check_pipeline(pipeline)
    rows = {status.key: _row(status, position) for position, status in enumerate(pipeline, 1)}
    gone = [row for key, row in stored.items() if key not in rows]
    used = workflows.used_statuses(tx, workflow.id) if gone else set()
    kept = next((row for row in gone if row.id in used), None)
    if kept is not None:
        raise Conflict(f'The status "{kept.label}" {STATUS_IN_USE}')
    if gone:
        workflows.delete_statuses(tx, [row.id for row in gone])
    workflows.update_statuses(tx, [{"id": stored[key].id, **row} for key, row in rows.items() if key in stored])
    fresh = [key for key in rows if key not in stored]
    if fresh:
        anew = {"org_id": workflow.org_id, "workflow_id": workflow.id}
        ids = new_ids(now, len(fresh))
        workflows.insert_statuses(
            tx, [{"id": id_, "key": key, **rows[key], **anew} for id_, key in zip(ids, fresh, strict=True)]
        )


def _row(status: Any, position: int) -> dict[str, Any]:
    return {
        "label": status.label,
        "category": status.category,
        "position": position,
        "is_initial": status.is_initial,
        "is_terminal": status.is_terminal,
    }
