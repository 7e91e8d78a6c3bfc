"""The people of an organization as they are at one moment: who can take a lead, and why the others cannot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pointsman.core.availability import Absence, Rep, absence, local_day
from pointsman.core.reps import RepStatus


class Cap(StrEnum):
    """Why somebody who is there takes no more leads; `excluded` is who is asked not to take this one."""

    DAILY = "daily_cap"
    WEEKLY = "weekly_cap"
    OPEN = "open_cap"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown_rep"


@dataclass(slots=True)
class Loads:
    """What reps have: leads by rep and day of the rep's own calendar (`2026-03-31`), and leads they own now, by rep."""

    days: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)


class People:
    """Reps by id at `now`, with their loads, which count on as leads are given out.

    `changes` counts how often somebody's answer to "can you take a lead" changed meanwhile.
    """

    def __init__(self, reps: Mapping[str, Rep], now: datetime, loads: Loads) -> None:
        self.reps = reps
        self.now = now
        self.loads = loads
        self.changes = 0
        self._absences: dict[str, str | None] = {}
        self._days: dict[str, str] = {}

    def absence(self, rep_id: str) -> str | None:
        """Say why a rep cannot take a lead now; None for one who can."""
        if rep_id not in self._absences:
            self._absences[rep_id] = self._find_absence(rep_id)
        return self._absences[rep_id]

    def stand_in(self, rep_id: str) -> str | None:
        """Find who takes the leads of a rep who is out of office: one hop, to somebody who can take a lead.

        Who is back from being out of office has nobody standing in any more.
        """
        if self.absence(rep_id) not in (Absence.OUT_OF_OFFICE, Absence.TIME_OFF):
            return None
        rep = self.reps[rep_id]
        is_back = rep.status == RepStatus.OOO and rep.ooo_until is not None and rep.ooo_until <= self.now
        overflow = None if is_back else rep.overflow_to
        return overflow if overflow is not None and self.absence(overflow) is None else None

    def today(self, rep_id: str) -> int:
        """Count the leads that a rep was given today, by the rep's own calendar."""
        return self.loads.days[rep_id, self.day(rep_id)]

    def day(self, rep_id: str) -> str:
        """Tell which day it is where a rep is, as `2026-03-31`."""
        if rep_id not in self._days:
            self._days[rep_id] = local_day(self.reps[rep_id], self.now).isoformat()
        return self._days[rep_id]

    def took(self, rep_id: str) -> int:
        """Count a lead that a rep was given; return how many the rep had had that day before it."""
        before = self.today(rep_id)
        self.loads.days[rep_id, self.day(rep_id)] += 1
        self.loads.open[rep_id] += 1
        if is_capped(self.reps[rep_id]):
            self._forget(rep_id)
        return before

    def gave_up(self, rep_id: str) -> None:
        """Count a lead that a rep no longer owns."""
        self.loads.open[rep_id] -= 1
        if rep_id in self.reps and is_capped(self.reps[rep_id]):
            self._forget(rep_id)

    def _forget(self, rep_id: str) -> None:
        known = self._absences.pop(rep_id, None)
        if self.absence(rep_id) != known:
            self.changes += 1

    def _find_absence(self, rep_id: str) -> str | None:
        rep = self.reps.get(rep_id)
        if rep is None:
            return Cap.UNKNOWN
        return absence(rep, self.now) or self._cap(rep)

    def _cap(self, rep: Rep) -> Cap | None:
        if rep.max_open is not None and self.loads.open[rep.id] >= rep.max_open:
            return Cap.OPEN
        if rep.max_per_day is not None and self.today(rep.id) >= rep.max_per_day:
            return Cap.DAILY
        if rep.max_per_week is not None and self._this_week(rep) >= rep.max_per_week:
            return Cap.WEEKLY
        return None

    def _this_week(self, rep: Rep) -> int:
        today = local_day(rep, self.now)
        days = (today - timedelta(days=back) for back in range(today.weekday() + 1))
        return sum(self.loads.days[rep.id, day.isoformat()] for day in days)


def is_capped(rep: Rep) -> bool:
    """Tell whether a rep takes only so many leads."""
    return rep.max_per_day is not None or rep.max_per_week is not None or rep.max_open is not None


def is_steady(rep: Rep) -> bool:
    """Tell whether a rep can take leads at any time, or at none, however many there are."""
    if rep.status == RepStatus.INACTIVE:
        return True
    return rep.status == RepStatus.ACTIVE and rep.working_hours is None and not rep.time_off and not is_capped(rep)
