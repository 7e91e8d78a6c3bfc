"""Who could take a lead that waits: read without keeping anybody from anything, because it is asked all the time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.availability import Rep
from pointsman.core.people import People, is_capped
from pointsman.services.assigning import Available
from pointsman.services.books import read_loads
from pointsman.services.ruleset_plans import read_reps
from pointsman.storage import access


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of an organization, as of a version of its set-up."""

    config_version: int
    reps: Mapping[str, Rep]


def read_available(tx: Connection, org_id: str, known: Staff | None, now: datetime) -> tuple[Staff, Available]:
    """Say who of an organization can take a lead now; `known` saves reading people again who have not changed."""
    version = access.read_config_versions(tx, [org_id])[org_id]
    staff = known if known is not None and known.config_version == version else Staff(version, read_reps(tx, org_id))
    people = People(staff.reps, now, read_loads(tx, [rep.id for rep in staff.reps.values() if is_capped(rep)], now))
    there = frozenset(rep_id for rep_id in staff.reps if people.absence(rep_id) is None)
    return staff, Available(version, there)
