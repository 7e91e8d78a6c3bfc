"""What it touches when a rep takes no more leads: the rules that can give the rep one, and who waits for those."""

from collections.abc import Mapping

from pointsman.core import condition as c
from pointsman.core.availability import Rep
from pointsman.core.choosing import Crew, rep_facts
from pointsman.core.condition import NEGATIONS
from pointsman.core.evaluation import is_true
from pointsman.core.ruleset import LeastLoaded, OneRep, Rotation, Skilled, Target, Territory
from pointsman.core.stored_condition import FromLead
from pointsman.core.values import Json, look_up


def can_give(target: Target, rep: Rep) -> bool:
    """Tell whether a target has a rep among its people, for some lead at least."""
    match target:
        case Skilled(where=where):
            return _outcomes(where, {"rep": rep_facts(rep)})[0]
        case Territory(map=pools, default=default):
            return any(_has(pool, rep) for pool in (*pools.values(), default) if pool is not None)
        case _:
            return _has(target, rep)


def waits_for(crew: Crew, rep: Rep, facts: Mapping[str, Json], *, strict: bool) -> bool:
    """Tell whether a lead that waits is one that a rule of the crew could give to the rep."""
    for rule in crew.matching(facts):
        if _can_give_lead(rule.target, rep, facts):
            return True
        if strict:
            break
    return False


def _can_give_lead(target: Target, rep: Rep, facts: Mapping[str, Json]) -> bool:
    match target:
        case Skilled():
            return is_true(target.where_for(facts), {"rep": rep_facts(rep)})
        case Territory():
            pool = target.pool_for(facts)
            return pool is not None and _has(pool, rep)
        case _:
            return _has(target, rep)


def _has(target: OneRep | Rotation | LeastLoaded, rep: Rep) -> bool:
    if isinstance(target, OneRep):
        return target.rep == rep.id
    return any(member.rep == rep.id for member in target.members)


def _outcomes(where: c.Condition, seen: Mapping[str, Json]) -> tuple[bool, bool]:
    """Tell whether a condition on a rep can be true, and whether it can be false, whatever the lead has."""
    match where:
        case c.Compare(path, operator, FromLead()):
            if look_up(seen, path) is None:
                return (True, False) if operator in NEGATIONS else (False, True)
            return True, True
        case c.Compare():
            holds = is_true(where, seen)
            return holds, not holds
        case c.Not(part):
            can_hold, can_fail = _outcomes(part, seen)
            return can_fail, can_hold
        case c.All(parts):
            outcomes = [_outcomes(part, seen) for part in parts]
            return all(holds for holds, _ in outcomes), any(fails for _, fails in outcomes)
        case c.Any(parts):
            outcomes = [_outcomes(part, seen) for part in parts]
            return any(holds for holds, _ in outcomes), all(fails for _, fails in outcomes)
