"""Calls and their logs, as they are read. A call log is its call, told afterwards."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.call_filter import CallFilter
from pointsman.core.errors import NotFound
from pointsman.storage import calls

CALL_NOT_FOUND = "Call not found"
CALL_LOG_NOT_FOUND = "Call log not found"


def list_calls(
    tx: Connection, org_id: str, wanted: CallFilter, *, page: int, limit: int, oldest_first: bool = False
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of calls, newest first unless asked otherwise; and count them all."""
    return calls.list_calls(tx, org_id, wanted, oldest_first=oldest_first, limit=limit, offset=(page - 1) * limit)


def find_call(tx: Connection, org_id: str, call_id: str, missing: str = CALL_NOT_FOUND) -> Row[Any]:
    """Find a call, or refuse with the `missing` message."""
    row = calls.get_call(tx, org_id, call_id)
    if row is None:
        raise NotFound(missing)
    return row


def list_attempts(tx: Connection, org_id: str, call_id: str, missing: str) -> Sequence[Row[Any]]:
    """List every call of the run that a call belongs to, itself too, in the order of their attempts."""
    call = find_call(tx, org_id, call_id, missing)
    return calls.list_calls_of_run(tx, call.lead_id, call.run_id)
