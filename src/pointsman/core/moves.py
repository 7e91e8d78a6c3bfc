"""Legal moves: from which state a run, a step or an effect may go to which. `docs/reference/states.md` draws them.

A final state has no moves out of it, so a late or repeated event can change nothing.
"""

from collections.abc import Mapping

from pointsman.core.effect import EffectState
from pointsman.core.workflow import RunState

Moves = Mapping[str, frozenset[str]]


def _moves(**targets: str) -> Moves:
    return {state: frozenset(names.split()) for state, names in targets.items()}


RUN_MOVES = _moves(
    pending="active completed dropped removed",
    active="completed dropped removed failed",
    completed="",
    dropped="",
    removed="",
    failed="",
)
"""A run waits for its workflow to become active, moves, and ends. A person can end it from either."""

STEP_MOVES = _moves(
    waiting="completed cancelled",
    running="completed failed cancelled",
    completed="",
    failed="",
    cancelled="",
)
"""A step waits for a time, or runs until the outside has answered. Steps that need neither begin completed."""

EFFECT_MOVES = _moves(
    due="leased done cancelled",
    leased="due leased done failed",
    done="",
    failed="",
    cancelled="",
)
"""An effect is leased to be performed; a lease that ran out is leased again. Only what was never tried is cancelled."""


def may_move(moves: Moves, before: str, after: str) -> bool:
    """Tell whether a state may follow another. Staying is no move and always allowed."""
    return before == after or after in moves[before]


FINAL_RUN_STATES = frozenset(RunState(state) for state, targets in RUN_MOVES.items() if not targets)
FINAL_STEP_STATUSES = frozenset(state for state, targets in STEP_MOVES.items() if not targets)
FINAL_EFFECT_STATES = frozenset(EffectState(state) for state, targets in EFFECT_MOVES.items() if not targets)
