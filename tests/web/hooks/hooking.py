"""Hooks for leads, made through the surface, and what came in through them."""

import asyncio
from typing import Any

from pointsman.bootstrap import App
from pointsman.services.processors import RuleDraft, create_processor, create_rule
from tests.cli.command import stored_leads
from tests.conftest import Client

HOOKS = "/v1/lead-hooks"
BASE = "http://127.0.0.1:8000"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def new_hook(client: Client, **fields: Any) -> dict[str, Any]:
    """Make a hook; returns what is shown of it, and the `path` that takes its leads."""
    answer = client.post(HOOKS, {"name": "Website", **fields})
    assert answer.status_code == 201, answer.text
    hook: dict[str, Any] = answer.json()
    return {**hook, "path": hook["url"].removeprefix(BASE)}


def bare(id_: str) -> str:
    """The id of a workflow as it is stored, whichever surface spelled it."""
    return id_.removeprefix("wf_").replace("-", "")


def one(app: App, runner: asyncio.Runner) -> Any:
    """The only lead that is stored."""
    (lead,) = stored_leads(app, runner)
    return lead


def new_processor(app: App, client: Client, default_workflow_id: str, *, rule_to: str | None = None) -> str:
    """Make a processor, with a rule that sends rich leads to `rule_to`; returns its id."""

    def work(tx: Any) -> str:
        processor = create_processor(
            tx, client.org_id, app.clock(), name="P", description=None, default_workflow_id=default_workflow_id
        )
        if rule_to:
            conditions = [{"field": "metadata.budget", "operator": "gte", "value": 1000}]
            draft = RuleDraft(name="Rich", workflow_id=rule_to, conditions=conditions)
            create_rule(tx, client.org_id, processor.id, app.clock(), draft)
        return str(processor.id)

    return client.runner.run(app.db.write(work))
