"""What a step in a workflow's life does to the leads inside, said before it is taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pointsman.core.workflow import FINAL_STATUSES, WorkflowStatus


class Action(StrEnum):
    """What can be done with a workflow."""

    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


class Hours(StrEnum):
    """When a workflow calls."""

    NEVER = "never"
    SOME = "some"
    ANY = "any"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """The leads of a workflow, counted. All but `ended` are on their way; `inside` is their sum.

    `held` were taken over by a person or had their outreach paused. `at_once` take a step as soon as the workflow is
    active. `planned` counts calls and messages that have not gone out yet. `hours` says when the workflow calls.
    """

    inside: int
    not_started: int
    held: int
    at_once: int
    on_call: int
    planned: int
    ended: int
    hours: Hours


def refuse_action(action: Action, status: str) -> str | None:
    """Say why an action does not fit the status of a workflow; None when it does."""
    if action == Action.ACTIVATE and status != WorkflowStatus.DRAFT:
        return f"Only a draft can be activated; this workflow is {status}."
    if action == Action.PAUSE and status != WorkflowStatus.ACTIVE:
        return f"Only an active workflow can be paused; this one is {status}."
    if action == Action.RESUME and status != WorkflowStatus.PAUSED:
        return f"Only a paused workflow can be resumed; this one is {status}."
    if action == Action.CANCEL and status in FINAL_STATUSES:
        return f"This workflow is already {status}."
    return None


def foresee(action: Action, leads: Inside) -> list[str]:
    """Say what an action does to the leads inside."""
    return [sentence for sentence in _SENTENCES[action](leads) if sentence]


def _activate(leads: Inside) -> Sequence[str]:
    starts = leads.not_started - leads.held
    return (
        _count(
            starts,
            "{} lead waits in front of it and starts at once.",
            "{} leads wait in front of it and start at once.",
        )
        or "No lead is in it yet. Leads that are added from now on start at once.",
        _held(leads),
        _CALLS[leads.hours],
    )  # fmt: skip


def _pause(leads: Inside) -> Sequence[str]:
    return (
        _count(leads.inside, "{} lead is in it and stays where it is.", "{} leads are in it and stay where they are.")
        or "No lead is on its way in it.",
        _count(
            leads.on_call,
            "{} is on the phone now: the call is finished and its result is kept.",
            "{} are on the phone now: the calls are finished and their results are kept.",
        ),
        _count(
            leads.planned,
            "{} call or message that has not gone out is kept back.",
            "{} calls and messages that have not gone out are kept back.",
        ),
        "Waiting times run on: whatever comes due during the pause happens as soon as you resume.",
        "New leads are still taken in; they wait.",
    )  # fmt: skip


def _resume(leads: Inside) -> Sequence[str]:
    return (
        _count(leads.at_once, "{} lead goes on at once.", "{} leads go on at once.") or "No lead has to go on at once.",
        _count(
            leads.planned, "{} call or message that was kept back goes out.",
            "{} calls and messages that were kept back go out.",
        ),
        _held(leads),
        "All others wait for their time, as before.",
        _CALLS[leads.hours],
    )  # fmt: skip


def _cancel(leads: Inside) -> Sequence[str]:
    return (
        _count(
            leads.inside, "{} lead that is in it ends here, as removed, and takes no further step.",
            "{} leads that are in it end here, as removed, and take no further step.",
        )
        or "No lead is on its way in it.",
        _count(
            leads.on_call, "{} is on the phone now: the call is not cut off.",
            "{} are on the phone now: the calls are not cut off.",
        ),
        _count(
            leads.planned, "{} call or message that has not gone out is called off.",
            "{} calls and messages that have not gone out are called off.",
        ),
        _count(leads.ended, "{} lead that has ended keeps its result.", "{} leads that have ended keep their results."),
        "This cannot be undone. To start again, duplicate the workflow.",
    )  # fmt: skip


_SENTENCES: Mapping[Action, Callable[[Inside], Sequence[str]]] = {
    Action.ACTIVATE: _activate,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.CANCEL: _cancel,
}


_CALLS = {
    Hours.NEVER: "",
    Hours.SOME: "Calls are made within its calling hours only, and never to numbers on the do-not-call list.",
    Hours.ANY: "It has no calling hours: leads are called by day and by night. Set them under Settings.",
}


def _held(leads: Inside) -> str:
    return _count(
        leads.held, "{} lead was taken over by a person and stays with them.",
        "{} leads were taken over by a person and stay with them.",
    )  # fmt: skip


def _count(number: int, one: str, many: str) -> str:
    return "" if number == 0 else (one if number == 1 else many).format(f"{number:,}")
