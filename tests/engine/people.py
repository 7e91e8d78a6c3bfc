"""What people do in a schedule, through the product's services, as they would over HTTP."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection

from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.services import do_not_call, graphs, leads, runs, workflow_leads, workflows
from tests.engine.drawing import Scene, draw_action, draw_delay

Verb = Callable[[Connection, str, str, datetime], Any]
"""Does something to a workflow or a lead in it; returns what that stopped or let go on, and whether it may go on."""


class People:
    """The people of a scene."""

    def __init__(self, chance: Random, scene: Scene) -> None:
        self.has_edits = False
        self._chance, self._scene = chance, scene
        self._taken_over: list[tuple[str, str]] = []
        """Workflows and leads whose runs a person took over, now or some time ago."""

    def draw(self, *, edits: bool) -> tuple[Verb, str, str]:
        """Draw what somebody does, and to which workflow and lead; with `edits` they change graphs too."""
        doing: list[Verb] = [
            self.pause, self.pause, self.resume, self.resume, self.resume, self.take_over, self.take_over,
            self.hand_back, self.hand_back, self.remove, self.assign, self.set_status, self.change_phone,
        ]  # fmt: skip
        if self._chance.random() < 0.08:
            doing = [self.cancel, self.block]
        if edits and self._chance.random() < 0.5:
            doing = [self.change_node, self.add_edge, self.add_edge, self.delete_edge]
        chosen = self._chance.choice(doing)
        workflow_id, lead_id = self._chance.choice(self._scene.workflow_ids), self._chance.choice(self._scene.lead_ids)
        if chosen == self.hand_back and self._taken_over and self._chance.random() < 0.8:
            workflow_id, lead_id = self._taken_over[-1]
        if chosen == self.take_over:
            self._taken_over.append((workflow_id, lead_id))
        return chosen, workflow_id, lead_id

    def pause(self, tx: Connection, workflow_id: str, _lead_id: str, now: datetime) -> Any:
        workflows.pause_workflow(tx, self._scene.org_id, workflow_id, now)
        return workflow_id, False

    def resume(self, tx: Connection, workflow_id: str, _lead_id: str, now: datetime) -> Any:
        workflow = workflows.hold_workflow(tx, self._scene.org_id, workflow_id)
        if workflow.status == WorkflowStatus.DRAFT:
            workflows.set_status(tx, workflow, WorkflowStatus.ACTIVE, now)
        else:
            workflows.resume_workflow(tx, self._scene.org_id, workflow_id, now)
        return workflow_id, True

    def cancel(self, tx: Connection, workflow_id: str, _lead_id: str, now: datetime) -> Any:
        workflows.cancel_workflow(tx, self._scene.org_id, workflow_id, now)
        return workflow_id, False

    def take_over(self, tx: Connection, workflow_id: str, lead_id: str, now: datetime) -> Any:
        return runs.stop_automation(tx, self._scene.org_id, lead_id, workflow_id, now).run_id, False

    def hand_back(self, tx: Connection, workflow_id: str, lead_id: str, now: datetime) -> Any:
        goes_on = self._chance.random() < 0.6
        resume = runs.resume_automation(tx, self._scene.org_id, lead_id, workflow_id, now, resume_cadence=goes_on)
        return (resume.run_id, True) if goes_on else None

    def remove(self, tx: Connection, workflow_id: str, lead_id: str, now: datetime) -> None:
        workflow_leads.remove_lead(tx, self._scene.org_id, workflow_id, lead_id, now)

    def assign(self, tx: Connection, workflow_id: str, lead_id: str, now: datetime) -> None:
        runs.assign_workflow(tx, self._scene.org_id, lead_id, workflow_id, now, reason="again", actor_id=None)

    def set_status(self, tx: Connection, workflow_id: str, lead_id: str, now: datetime) -> None:
        key = self._chance.choice(["contacted", "engaged", "qualified", "won", "lost"])
        runs.set_status(
            tx, self._scene.org_id, lead_id, now, status_key=key, workflow_id=workflow_id, reason="a person said so"
        )

    def change_phone(self, tx: Connection, _workflow_id: str, lead_id: str, now: datetime) -> None:
        phone = f"+1415555{self._chance.randrange(3000, 9999)}"
        leads.change_lead(tx, self._scene.org_id, lead_id, {"phone": phone}, now)

    def block(self, tx: Connection, _workflow_id: str, lead_id: str, now: datetime) -> None:
        phone = leads.find_lead(tx, self._scene.org_id, lead_id).phone
        do_not_call.add_entry(tx, self._scene.org_id, now, phone_number=phone, reason=None)

    def change_node(self, tx: Connection, workflow_id: str, _lead_id: str, now: datetime) -> None:
        self.has_edits = True
        node = self._chance.choice(graphs.list_nodes(tx, self._scene.org_id, workflow_id))
        new = {NodeType.TIME: draw_delay, NodeType.APPLICATION: draw_action}.get(NodeType(node.node_type))
        config = new(self._chance) if new else node.config
        graphs.change_node(tx, self._scene.org_id, workflow_id, node.id, {"config": config, "label": "edited"}, now)

    def add_edge(self, tx: Connection, workflow_id: str, _lead_id: str, now: datetime) -> None:
        """Forward only, so that everything comes to an end."""
        self.has_edits = True
        nodes = [node.id for node in graphs.list_nodes(tx, self._scene.org_id, workflow_id)]
        at = self._chance.randrange(len(nodes) - 2)
        target, label = self._chance.choice(nodes[at + 1 :]), self._chance.choice(["", "", "DNP", "success", "FAILED"])
        graphs.add_edge(
            tx, self._scene.org_id, workflow_id, now, from_node_id=nodes[at], to_node_id=target, label=label
        )

    def delete_edge(self, tx: Connection, workflow_id: str, _lead_id: str, _now: datetime) -> None:
        self.has_edits = True
        edges = graphs.list_edges(tx, self._scene.org_id, workflow_id)
        if edges:
            graphs.delete_edge(tx, self._scene.org_id, workflow_id, self._chance.choice(edges).id)
