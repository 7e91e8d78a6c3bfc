"""What it touches when a rep takes no more leads, told before it happens (`rep_list`) and when it does (`reps`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.availability import Rep
from pointsman.core.choosing import Crew
from pointsman.core.leaving import can_give, waits_for
from pointsman.core.ruleset import read_rules, read_target
from pointsman.services.desk import FROM_THE_START
from pointsman.storage import assigning, reps

_AT_ONCE = 1000
"""How many waiting leads are looked at in one go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """What a rep's leaving touches: rules with their rulesets, switched off ones too, as stored.

    `waiting` are the ids of the leads that wait for one of these rules, oldest first; `relying` are the reps for whom
    the rep stands in.
    """

    rules: Sequence[tuple[Row[Any], Mapping[str, Any]]]
    waiting: Sequence[str]
    relying: Sequence[Row[Any]]


def find_touched(tx: Connection, org_id: str, rep: Rep) -> Touched:
    """Find what it touches when a rep takes no more leads."""
    found: list[tuple[Row[Any], Mapping[str, Any]]] = []
    waiting: list[tuple[int, str, str]] = []
    for ruleset in reps.list_rules(tx, org_id):
        giving = [rule for rule in ruleset.rules if can_give(read_target(rule["target"]), rep)]
        found += [(ruleset, rule) for rule in giving]
        if giving:
            waiting += _waiting_for(tx, ruleset, giving, rep)
    relying = [other for other in reps.list_overflows(tx, org_id) if other.overflow_to == rep.id]
    return Touched(rules=found, waiting=[lead_id for _, _, lead_id in sorted(waiting)], relying=relying)


def _waiting_for(
    tx: Connection, ruleset: Row[Any], giving: Sequence[Mapping[str, Any]], rep: Rep
) -> list[tuple[int, str, str]]:
    """Find the leads in the queue of a ruleset that one of these rules could give to the rep: place and id."""
    strict = ruleset.on_unavailable == "error"
    crew = Crew(read_rules(ruleset.rules if strict else giving), {})
    found: list[tuple[int, str, str]] = []
    after = FROM_THE_START
    while rows := assigning.list_parked(tx, ruleset.org_id, ruleset.id, after=after, limit=_AT_ONCE):
        after = (rows[-1].batch, rows[-1].id)
        found += [
            (row.batch, row.id, row.lead_id)
            for row in rows
            if waits_for(crew, rep, {"attributes": row.attributes}, strict=strict)
        ]
    return found
