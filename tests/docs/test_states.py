"""The state diagrams are what the code does, arrow by arrow."""

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import CheckConstraint

from pointsman.core.alerts import TimerKind, TimerState
from pointsman.core.calls import CALL_STATUSES
from pointsman.core.moves import EFFECT_MOVES, RUN_MOVES, STEP_MOVES, Moves
from pointsman.core.webhooks import BACKOFF, DeliveryState
from pointsman.core.workflow import WorkflowStatus
from pointsman.storage.tables import calls, deliveries, effects, runs, steps, timers
from tests.docs.examples import ROOT

ARROW = re.compile(r"^ {4}(\S+) --> (\w+|\[\*\])(?:: .*)?$")
DIAGRAM = re.compile(r"^```mermaid\nstateDiagram-v2\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OUTSIDE = "[*]"
PAGE = (ROOT / "docs/reference/states.md").read_text(encoding="utf-8")


def arrows(heading: str) -> list[tuple[str, str]]:
    """Read the arrows of the diagram below a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (diagram,) = DIAGRAM.findall(section)
    found = [ARROW.match(line) for line in diagram.splitlines()]
    assert all(found), diagram
    return [(arrow[1], arrow[2]) for arrow in found if arrow]


@pytest.mark.parametrize(
    ("heading", "moves", "initial"),
    [
        ("Run", RUN_MOVES, {"pending", "active"}),
        ("Step", STEP_MOVES, {"waiting", "running", "completed", "failed"}),
        ("Effect", EFFECT_MOVES, {"due"}),
    ],
)
def test_every_legal_move_is_drawn_and_no_other(heading: str, moves: Moves, initial: set[str]) -> None:
    begins = [(OUTSIDE, state) for state in initial]
    goes = [(before, after) for before, targets in moves.items() for after in targets]
    ends = [(state, OUTSIDE) for state, targets in moves.items() if not targets]
    assert sorted(arrows(heading)) == sorted([*begins, *goes, *ends])


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Workflow", WorkflowStatus), ("Call", CALL_STATUSES), ("Delivery", DeliveryState), ("Timer", TimerState)],
)
def test_every_status_is_drawn_and_no_other(heading: str, words: Iterable[str]) -> None:
    assert {state for arrow in arrows(heading) for state in arrow} - {OUTSIDE} == set(words)


def test_every_kind_of_timer_is_named() -> None:
    assert [kind for kind in TimerKind if f"`{kind}`" not in PAGE] == []


def test_a_delivery_is_tried_as_often_as_is_said() -> None:
    assert ("leased", "failed") in arrows("Delivery")
    assert "tried six times" in PAGE
    assert len(BACKOFF) + 1 == 6


def test_every_check_of_the_database_is_named_and_no_other() -> None:
    checks = {
        str(constraint.name)
        for table in (runs, steps, effects, calls, deliveries, timers)
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert set(re.findall(r"`(ck_\w+)`", PAGE)) == checks | {"ck_workflows_status"}
