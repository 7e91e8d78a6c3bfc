"""Leads whose promise was broken go to somebody else, by the same rules."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection

from pointsman.services.assigning import OpenOffice
from pointsman.services.timers import Breach
from pointsman.storage import timers


def reroute_leads(tx: Connection, office: OpenOffice, breaches: Sequence[Breach]) -> set[str]:
    """Give leads to somebody else; return the assignments that ended so.

    Organizations in order, so that two engines do not wait for each other's.
    """
    rerouted: set[str] = set()
    for org_id, group in groupby(sorted(breaches, key=attrgetter("org_id")), key=attrgetter("org_id")):
        mine = list(group)
        plans = {breach.ruleset_id: office.plans.plan(org_id, breach.ruleset_id) for breach in mine}
        desk = office.desk(org_id, list(plans.values()), expected=len(mine))
        # Only now nobody else gives leads to people: whoever has got a lead meanwhile keeps it.
        still_open = timers.get_open_assignments(tx, [breach.assignment_id for breach in mine])
        rerouted |= {
            breach.assignment_id
            for breach in mine
            if breach.assignment_id in still_open
            and desk.reroute(plans[breach.ruleset_id], breach.lead_id, breach.owner) is not None
        }
        desk.save()
    return rerouted
