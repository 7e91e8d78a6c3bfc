"""Workflows, statuses and runs: their words, and what a workflow needs of a lead."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pointsman.core.errors import Invalid


class WorkflowStatus(StrEnum):
    """Where a workflow stands in its life."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ACCEPTS_LEADS = frozenset({WorkflowStatus.DRAFT, WorkflowStatus.ACTIVE, WorkflowStatus.PAUSED})
"""Draft and paused workflows take leads too; they wait."""


class NodeType(StrEnum):
    """What a node does."""

    VOICE_CALL = "VOICE_CALL"
    CONDITIONAL = "CONDITIONAL"
    TIME = "TIME"
    APPLICATION = "APPLICATION"
    CONVERTED = "CONVERTED"
    DROPPED = "DROPPED"


TERMINAL_NODES = frozenset({NodeType.CONVERTED, NodeType.DROPPED})


class RunState(StrEnum):
    """Where a run stands; the last four are final."""

    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"
    DROPPED = "dropped"
    REMOVED = "removed"
    FAILED = "failed"


CADENCE_STATES = ("active", "paused", "ended")
STEP_STATUSES = ("waiting", "running", "completed", "failed", "cancelled")
STATUS_CATEGORIES = ("active", "won", "lost", "paused", "deferred")
FINAL_STATUSES = frozenset({WorkflowStatus.COMPLETED, WorkflowStatus.CANCELLED})
DEFAULT_GOAL = "custom"
GOAL_TYPES = (
    "appointment",
    "sale",
    "qualification",
    "information",
    "payment_link",
    "support",
    "custom",
    "quote",
    "document_collection",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusDraft:
    """One pipeline stage of a workflow, as asked for."""

    key: str
    label: str
    category: str = "active"
    is_initial: bool = False
    is_terminal: bool = False


DEFAULT_PIPELINE = (
    StatusDraft(key="new", label="New", is_initial=True),
    StatusDraft(key="contacted", label="Contacted"),
    StatusDraft(key="engaged", label="In conversation"),
    StatusDraft(key="qualified", label="Qualified"),
    StatusDraft(key="won", label="Won", category="won", is_terminal=True),
    StatusDraft(key="lost", label="Lost", category="lost", is_terminal=True),
)


MOST_STATUSES = 100
LONGEST_STATUS_LABEL = 200
STATUS_KEY = "^[a-z][a-z0-9_]{0,63}$"


def label_of(key: str) -> str:
    """Say a status key in words: `in_conversation` is "In conversation"."""
    return key.replace("_", " ").capitalize()


def with_initial(pipeline: Sequence[StatusDraft]) -> Sequence[StatusDraft]:
    """Make the first status the initial one when none was marked."""
    if not pipeline or any(status.is_initial for status in pipeline):
        return pipeline
    return [replace(pipeline[0], is_initial=True), *pipeline[1:]]


def check_pipeline(pipeline: Sequence[StatusDraft]) -> None:
    """Refuse a pipeline without exactly one initial and at least one terminal status, or with a key twice."""
    if not 0 < len(pipeline) <= MOST_STATUSES:
        raise Invalid(f"statuses must have 1 to {MOST_STATUSES} items")
    for index, status in enumerate(pipeline):
        _check_status(f"statuses[{index}]", status)
    keys = [status.key for status in pipeline]
    if len(set(keys)) != len(keys):
        raise Invalid("statuses must have distinct keys")
    if sum(status.is_initial for status in pipeline) != 1:
        raise Invalid("exactly one status must be initial")
    if not any(status.is_terminal for status in pipeline):
        raise Invalid("at least one status must be terminal")
    if any(status.is_initial and status.is_terminal for status in pipeline):
        raise Invalid("the initial status cannot be terminal")


def _check_status(name: str, status: StatusDraft) -> None:
    if re.fullmatch(STATUS_KEY, status.key) is None:
        raise Invalid(f"{name}.key must match {STATUS_KEY}")
    if not status.label.strip():
        raise Invalid(f"{name}.label must not be blank")
    if len(status.label) > LONGEST_STATUS_LABEL:
        raise Invalid(f"{name}.label must have at most {LONGEST_STATUS_LABEL} characters")
    if status.category not in STATUS_CATEGORIES:
        raise Invalid(f"{name}.category must be one of {', '.join(STATUS_CATEGORIES)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """How a workflow reaches out, in nexor's terms: where a run stands among its contact steps, counted from 0."""

    step_index: int
    channel: str
    attempt_number: int
    max_attempts: int
    total_steps: int


_ACTION_CHANNELS = {"email": "email", "sms": "sms", "whatsapp": "whatsapp"}


def cadence_of(nodes: Iterable[tuple[str, Mapping[str, Any]]], contacts: Sequence[str] = ()) -> Cadence | None:
    """Summarise the contact steps among `(node_type, config)` pairs in order of creation; None without any.

    A retry is a further call node, so the call nodes are the attempts. `contacts` are the channels of the contact
    steps that a run has begun, in order; a fresh run has begun none and stands at the first.
    """
    channels = [channel for node_type, config in nodes if (channel := _channel(node_type, config))]
    if not channels:
        return None
    return Cadence(
        step_index=min(max(len(contacts), 1), len(channels)) - 1,
        channel=contacts[-1] if contacts else channels[0],
        attempt_number=max(contacts.count("call"), 1),
        max_attempts=max(channels.count("call"), 1),
        total_steps=len(channels),
    )


def needs_phone(node_types: Iterable[str]) -> bool:
    """Tell whether leads of a workflow with these nodes need a phone number."""
    return any(node_type == NodeType.VOICE_CALL for node_type in node_types)


def _channel(node_type: str, config: Mapping[str, Any]) -> str | None:
    if node_type == NodeType.VOICE_CALL:
        return "call"
    if node_type == NodeType.APPLICATION:
        return _ACTION_CHANNELS.get(str(config.get("action_key")))
    return None
