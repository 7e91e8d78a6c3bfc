"""What the rule pages send and get in more than one place."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from pointsman.services.rule_drafts import RuleDraft

Kind = Literal["processor", "ruleset"]


class EditedRule(Struct, kw_only=True):
    """A rule in the editor. `condition` is a tree: `{"all": [...]}`, `{"any": [...]}`, `{"not": …}` or a comparison.

    `id` is that of the stored rule it was. A processor's rule has a `workflow_id`, a ruleset's an `assignment`.
    """

    name: str
    condition: dict[str, Any]
    id: str | None = None
    is_active: bool = True
    workflow_id: str | None = None
    assignment: dict[str, Any] | None = None


def drafts_of(rules: Sequence[EditedRule]) -> list[RuleDraft]:
    """Turn rules that were sent into drafts."""
    return [
        RuleDraft(
            id=rule.id, name=rule.name, condition=rule.condition, is_active=rule.is_active,
            workflow_id=rule.workflow_id, assignment=rule.assignment,
        )
        for rule in rules
    ]  # fmt: skip
