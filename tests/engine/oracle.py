"""Judges what a schedule left behind, from the tables alone and without a line of the product's logic."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, select

from pointsman.storage import tables as t
from tests.engine.drawing import BRANCHES, CLOSES, OPENS
from tests.engine.schedule import Schedule

Rows = list[Row[Any]]

ENDS = {"CONVERTED": "completed", "DROPPED": "dropped"}
CATEGORY = {"completed": "won", "dropped": "lost"}
CLASSES = {"NO_ANSWER": "DNP", "BUSY": "DNP", "VOICEMAIL": "DNP"}
FINAL_RUN = ("completed", "dropped", "removed", "failed")
FINAL_STEP = ("completed", "failed", "cancelled")
FINAL_EFFECT = ("done", "failed", "cancelled")
OUTSIDE = ("webhook",)


class Story:
    """Everything that is stored of one schedule."""

    def __init__(self, tx: Connection, schedule: Schedule) -> None:
        scene = schedule.scene

        def read(table: Any, column: Any, values: Any) -> Rows:
            return list(tx.execute(select(table).where(column.in_(list(values)))))

        self.schedule = schedule
        self.workflows = {row.id: row for row in read(t.workflows, t.workflows.c.id, scene.workflow_ids)}
        self.nodes = {row.id: row for row in read(t.nodes, t.nodes.c.workflow_id, scene.workflow_ids)}
        self.statuses = {row.id: row for row in read(t.statuses, t.statuses.c.workflow_id, scene.workflow_ids)}
        self.edges = sorted(read(t.edges, t.edges.c.workflow_id, scene.workflow_ids), key=lambda edge: edge.id)
        self.leads = {row.id: row for row in read(t.leads, t.leads.c.id, scene.lead_ids)}
        self.runs = {row.id: row for row in read(t.runs, t.runs.c.lead_id, scene.lead_ids)}
        self.steps: dict[str, Rows] = defaultdict(list)
        for row in sorted(read(t.steps, t.steps.c.run_id, self.runs), key=lambda step: step.number):
            self.steps[row.run_id].append(row)
        self.calls = {row.step_id: row for row in read(t.calls, t.calls.c.lead_id, scene.lead_ids)}
        self.effects = {row.step_id: row for row in read(t.effects, t.effects.c.run_id, self.runs)}
        self.activities = read(t.activities, t.activities.c.lead_id, scene.lead_ids)
        self.events = list(tx.execute(select(t.events).where(t.events.c.org_id == scene.org_id)))

    def judge(self) -> None:
        """Raise for the first thing that is wrong."""
        for run in self.runs.values():
            self._judge_run(run)
            self._judge_steps(run)
            self._judge_calls(run)
        self._judge_requests()
        self._judge_history()
        self._judge_marks()
        self._judge_limits()

    def _require(self, condition: bool, problem: str, *about: Any) -> None:
        self.schedule.require(condition, f"{problem}: " + ", ".join(str(item) for item in about))

    def _judge_run(self, run: Row[Any]) -> None:
        steps, workflow = self.steps[run.id], self.workflows[run.workflow_id]
        last = steps[-1] if steps else None
        self._require(run.due_at is None, "something is due", run)
        category = self.statuses[run.status_id].category
        match run.state:
            case "pending":
                self._require(workflow.status == "draft", "a run is pending in a workflow that runs", run)
                self._require(not steps, "a run is pending after its first step", run)
            case "active":
                self._require(workflow.status == "active", "a run is active in a workflow that is not", run)
                self._require(last is not None and last.status in FINAL_STEP, "a run hangs", run, last)
                assert last is not None
                self._require(self._next(last) is None, "a run stands though an edge leads on", run, last)
                self._require(last.node_type not in ENDS, "a run is active at its end", run, last)
                self._require(not self.statuses[run.status_id].is_terminal, "active in a terminal status", run)
            case "failed":
                self._require(self.schedule.scene.loops and "loops" in run.reason, "a run failed", run)
            case "completed" | "dropped":
                self._require(category == CATEGORY[run.state], f"the status is {category}", run)
        if last is not None and last.node_type in ENDS:
            self._require(run.state == ENDS[last.node_type], "a run is at an end and has not ended so", run, last)
        self._require((run.cadence_state == "ended") == (run.state in FINAL_RUN), "the cadence is not over", run)

    def _judge_steps(self, run: Row[Any]) -> None:
        steps = self.steps[run.id]
        self._require([step.number for step in steps] == list(range(1, len(steps) + 1)), "wrong numbers", run, steps)
        self._require(run.steps == len(steps), "steps are counted wrong", run, len(steps))
        self._require(run.step_id == (steps[-1].id if steps else None), "a run stands elsewhere", run, steps[-1:])
        for step in steps[:-1]:
            self._require(step.status in FINAL_STEP, "a step is open though the run went on", step)
            self._require(step.status != "cancelled", "a run went on from a cancelled step", step)
        if steps and steps[-1].status not in FINAL_STEP:
            self._require(self._is_unanswered(steps[-1]), "a step is open though its run ended", run, steps[-1])
        if self.schedule.people.has_edits:
            return
        for step, after in pairwise(steps):
            self._require(self._next(step) == after.node_id, "a run took a wrong way", step, after, self._next(step))
        call_status = None
        for step in steps:
            self._judge_outcome(step, call_status)
            if step.node_type == "VOICE_CALL":
                call_status = step.outcome

    def _judge_outcome(self, step: Row[Any], call_status: str | None) -> None:
        match step.node_type:
            case "CONDITIONAL":
                labels = (call_status, CLASSES.get(call_status or ""))
                expected = next((label for label in labels if label in BRANCHES), None)
                self._require(step.outcome == expected, f"the branch is not {expected}", step)
            case "TIME" if step.status == "completed":
                self._require(step.exited_at >= step.release_at, "a wait was over too early", step)
            case "VOICE_CALL" if step.status in ("completed", "failed"):
                call = self.calls[step.id]
                self._require(call.outcome == step.outcome, "step and call differ", step, call)
                self._require((step.status == "failed") == (step.outcome == "FAILED"), "wrong status", step)
            case "APPLICATION" if step.status in ("completed", "failed"):
                ok = ("success", "failure")[step.status == "failed"]
                is_over = self.runs[step.run_id].state in FINAL_RUN
                self._require(step.outcome == ok or is_over, f"the outcome is not {ok}", step)

    def _is_unanswered(self, step: Row[Any]) -> bool:
        """A call that was placed when its run was ended is still on, for all that we know."""
        call, effect = self.calls.get(step.id), self.effects.get(step.id)
        is_placed = call is not None and call.outcome is None and effect is not None and effect.state == "done"
        return is_placed and self.runs[step.run_id].state in FINAL_RUN

    def _next(self, step: Row[Any]) -> str | None:
        labels = [step.outcome, CLASSES.get(step.outcome or ""), ""]
        for label in labels:
            for edge in self.edges:
                if edge.from_node_id == step.node_id and label is not None and edge.label == label:
                    return str(edge.to_node_id)
        return None

    def _judge_calls(self, run: Row[Any]) -> None:
        steps = [step for step in self.steps[run.id] if step.node_type == "VOICE_CALL"]
        calls = [call for call in self.calls.values() if call.run_id == run.id]
        self._require({step.id for step in steps} == {call.step_id for call in calls}, "calls and steps differ", run)
        self._require(run.calls == len(calls), "calls are counted wrong", run, calls)
        for attempt, step in enumerate(steps, 1):
            call = self.calls[step.id]
            self._require(step.call_id == call.id, "a step names another call", step, call)
            self._require(call.attempt == step.attempt == attempt, "attempts are counted wrong", step, call)
            self._require(step.id in self.effects, "nobody was asked to place a call", step)
            accepted = self.schedule.accepted.get(call.id, [])
            self._require(len(accepted) <= 1, "several results were accepted", call, accepted)
            if accepted:
                self._require(call.outcome == accepted[0].outcome, "another result was kept", call, accepted)
                self._require(call.analysis == accepted[0].analysis, "another result was kept", call, accepted)

    def _judge_requests(self) -> None:
        steps = {step.id: step for steps in self.steps.values() for step in steps}
        for step_id, effect in self.effects.items():
            self._require(effect.state in FINAL_EFFECT and effect.due_at is None, "an effect is not settled", effect)
            key = f"{effect.run_id}:{step_id}"
            sent = [*self.schedule.outside.calls.get(key, []), *self.schedule.outside.messages.get(key, [])]
            self._require(len(sent) <= effect.tries, "sent more often than leased", effect, len(sent))
            leases = self.schedule.leases[effect.id]
            self._require(effect.token == effect.tries == leases, "leases are counted wrong", effect, leases)
            self._require(effect.state != "cancelled" or effect.tries == 0, "cancelled after it was tried", effect)
        for key, requests in self.schedule.outside.calls.items():
            run_id, step_id = key.split(":")
            call = self.calls[step_id]
            self._require(call.run_id == run_id and steps[step_id].run_id == run_id, "a key of two runs", key)
            for request in requests:
                self._require(request.key == key and request.call_id == call.id, "a foreign key", request)
                self._require(request.attempt == call.attempt, "a wrong attempt", request, call)
                self._require(request.to_number == call.to_phone_number, "two numbers in one call", request, call)
                self._require(request.from_number == call.from_phone_number, "a wrong number", request, call)
                self._require(request.hook_url.endswith(call.hook_token), "a wrong address", request, call)
        for key, messages in self.schedule.outside.messages.items():
            self._require(steps[key.split(":")[1]].node_type == "APPLICATION", "a message of no action", key)
            # Whom it goes to is looked up at every try: a lead's number may have been mended.
            told = [{**message, "to": None} for message in messages]
            self._require(all(message == told[0] for message in told), "a message changed", key, messages)

    def _judge_history(self) -> None:
        for call in self.calls.values():
            told = [item for item in self.activities if (item.data or {}).get("call_id") == call.id]
            events = [item for item in self.events if item.data.get("call_id") == call.id]
            ended = call.outcome is not None and call.status != "cancelled"
            kind = "call" if call.outcome == "COMPLETED" else "call_missed"
            self._require([item.kind for item in told] == [kind] * ended, "the history of a call is wrong", call, told)
            self._require(len(events) == ended, "the events of a call are wrong", call, events)
            self._require((call.ended_at is None) == (call.outcome is None), "a call has half an end", call)
        for run in self.runs.values():
            at_end = bool(self.steps[run.id]) and self.steps[run.id][-1].node_type in ENDS
            told = [item.kind for item in self.activities if item.run_id == run.id]
            ended = [kind for kind in told if kind in ("workflow_completed", "workflow_dropped")]
            self._require(ended == [f"workflow_{run.state}"] * at_end, "the history of an end is wrong", run, told)

    def _judge_marks(self) -> None:
        """Every time an action was performed inside is there to be seen; so often have there been such steps."""
        done: dict[str, int] = dict.fromkeys(self.leads, 0)
        for run_id, steps in self.steps.items():
            for step in steps:
                if step.config.get("action_key") == "update_lead":
                    self._require(step.outcome == "success", "an action failed", step)
                    done[self.runs[run_id].lead_id] += 1
                asked = step.status != "cancelled" and step.config.get("action_key") in OUTSIDE
                self._require(not asked or step.id in self.effects, "nobody was asked", step)
        for lead in self.leads.values():
            trail = lead.metadata["trail"]
            self._require(trail == "." + "x" * done[lead.id], "an action was not performed once", trail, done[lead.id])

    def _judge_limits(self) -> None:
        settings = self.schedule.scene.settings
        dialled: dict[tuple[str, Any], int] = defaultdict(int)
        for call in self.calls.values():
            if call.started_at is None:
                continue
            dialled[call.lead_id, call.started_at.date()] += 1
            if "calling_hours" in settings:
                opening = call.started_at.replace(hour=OPENS, minute=0, second=0, microsecond=0)
                is_open = opening <= call.started_at < opening + timedelta(hours=CLOSES - OPENS)
                self._require(is_open, "dialled outside of calling hours", call)
        most = settings.get("max_attempts_per_day", 10)
        self._require(all(count <= most for count in dialled.values()), "too many calls on one day", dialled)
