"""Whom would a lead be given to now? As when it really comes, but nothing is written and nobody's turn is taken."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.choosing import Choice, Crew, choose
from pointsman.core.people import People
from pointsman.core.pool import InTurn, Pool
from pointsman.core.rotation import Rotation
from pointsman.core.values import Json
from pointsman.services.books import read_loads, read_standing
from pointsman.services.desk import FROM_THE_START, OFFERED_FIRST
from pointsman.storage import assigning


class DryTurns:
    """Gives turns in memory only, in the pools of one ruleset."""

    def __init__(self, tx: Connection, ruleset_id: str) -> None:
        self._tx, self._ruleset_id = tx, ruleset_id
        self._rotations: dict[str, Rotation] = {}

    def next(self, pool: Pool, in_turn: InTurn) -> str:
        """Say who is next."""
        if pool.key not in self._rotations:
            self._rotations[pool.key] = Rotation(read_standing(self._tx, self._ruleset_id, pool)[1])
        return self._rotations[pool.key].next(in_turn.members, in_turn.key)


def foretell(
    tx: Connection, org_id: str, ruleset_id: str, crew: Crew, facts: Mapping[str, Json], now: datetime, *, strict: bool
) -> Choice:
    """Choose who would get a lead with these facts now, after the leads that wait and are offered before it."""
    people, turns = People(crew.reps, now, read_loads(tx, crew.reps, now)), DryTurns(tx, ruleset_id)
    for attributes in _waiting(tx, org_id, ruleset_id):
        choice = choose(crew, {"attributes": attributes}, people, turns, strict=strict)
        if choice.pick is not None:
            people.took(choice.pick.rep_id)
    return choose(crew, facts, people, turns, strict=strict)


def _waiting(tx: Connection, org_id: str, ruleset_id: str) -> list[Mapping[str, Json]]:
    """List what rules see of the leads that would be offered first."""
    rows = assigning.list_parked(tx, org_id, ruleset_id, after=FROM_THE_START, limit=OFFERED_FIRST)
    found = assigning.find_leads(tx, org_id, [], [row.lead_id for row in rows])
    there = {lead.id for lead in found if lead.archived_at is None}
    return [row.attributes for row in rows if row.lead_id in there]
