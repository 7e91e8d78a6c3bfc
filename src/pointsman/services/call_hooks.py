"""Results of calls as voice platforms send them, to an address that nobody can guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.calls import CallResult
from pointsman.core.errors import NotFound
from pointsman.core.ids import parse_id
from pointsman.core.values import Json
from pointsman.services.minting import TOKEN_FORM
from pointsman.services.results import record_results
from pointsman.storage import effects, results

UNKNOWN_CALL = "There is no call at this address"


@dataclass(frozen=True, kw_only=True, slots=True)
class HookedCall:
    """The call that an address belongs to: who places it, and how its agent is set up."""

    id: str
    provider: str
    agent: Mapping[str, Json]


def find_call(tx: Connection, token: str) -> HookedCall:
    """Find the call that an address belongs to."""
    row = results.find_call(tx, token) if TOKEN_FORM.fullmatch(token) else None
    if row is None:
        raise NotFound(UNKNOWN_CALL)
    agent_id = parse_id(row.agent_id)
    agent = effects.get_agents(tx, [agent_id]).get((row.org_id, agent_id)) if agent_id else None
    return HookedCall(id=row.id, provider=row.provider or "http", agent=agent.config if agent else {})


def take_result(tx: Connection, call_id: str, result: CallResult, now: datetime) -> bool:
    """Write how a call ended; False when that was known already, and nothing has changed."""
    return record_results(tx, [(call_id, result)], now) == 1


def take_progress(tx: Connection, call_id: str, status: str) -> None:
    """Write how far a call has come, unless it is over."""
    results.note_progress(tx, call_id, status)
