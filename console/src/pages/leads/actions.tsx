/** What can be done with one lead. */
import { Archive, GitBranch, MessageSquarePlus, Milestone, Play, Shuffle, Square, UserRoundCheck } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMayWrite } from "../../session/session";
import { common } from "../../texts/common";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Menu } from "../../ui/menu";
import type { ActionName } from "./bulk";
import { useChoices } from "./choices";
import type { Lead } from "./lead";
import { NoteDialog } from "./note-dialog";
import { StatusDialog } from "./status-dialog";
import { needsTarget, TargetField } from "./target-field";
import { useAct } from "./use-act";

type Open = ActionName | "note" | "status" | null;

export function LeadActions({ lead }: { lead: Lead }) {
  const [open, setOpen] = useState<Open>(null);
  const mayWrite = useMayWrite();
  const act = useAct(lead);
  if (!mayWrite) return null;
  const run = lead.runs[0]?.ended_at ? undefined : lead.runs[0];
  const close = () => setOpen(null);
  const item = (id: "route" | "archive", icon: typeof Shuffle) => ({
    id,
    icon,
    label: texts.actions[id],
    isDanger: id === "archive",
    onAction: () => setOpen(id),
  });
  const status = { id: "status", icon: Milestone, label: texts.setStatus, onAction: () => setOpen("status") };
  return (
    <>
      <Button icon={MessageSquarePlus} onPress={() => setOpen("note")}>
        {texts.addNote}
      </Button>
      <Button icon={UserRoundCheck} onPress={() => setOpen("assign")}>
        {texts.actions.assign}
      </Button>
      <Button icon={GitBranch} onPress={() => setOpen("enrol")}>
        {texts.actions.enrol}
      </Button>
      {run && run.state !== "stopped" && (
        <Button icon={Square} isPending={act.isPending} onPress={() => act.mutate({ action: "stop" })}>
          {texts.actions.stop}
        </Button>
      )}
      {run?.state === "stopped" && (
        <Button icon={Play} onPress={() => setOpen("resume")}>
          {texts.actions.resume}
        </Button>
      )}
      <Menu label={texts.bulk} items={[...(run ? [status] : []), item("route", Shuffle), item("archive", Archive)]} />
      {open === "note" && <NoteDialog leadId={lead.id} onClose={close} />}
      {open === "status" && run && <StatusDialog leadId={lead.id} workflowId={run.workflow_id} onClose={close} />}
      {open && open !== "note" && open !== "status" && <ActDialog lead={lead} action={open} onClose={close} />}
    </>
  );
}

function ActDialog({ lead, action, onClose }: { lead: Lead; action: ActionName; onClose: () => void }) {
  const [target, setTarget] = useState("");
  const navigate = useNavigate();
  const choices = useChoices();
  const act = useAct(lead, () => (action === "archive" ? navigate("/leads") : onClose()));
  const isReady = !needsTarget(action) || target !== "";
  const footer = (
    <>
      <Button onPress={onClose}>{common.cancel}</Button>
      <Button
        kind={action === "archive" ? "danger" : "primary"}
        isDisabled={!isReady}
        isPending={act.isPending}
        onPress={() => act.mutate({ action, target })}
      >
        {texts.actions[action]}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.actions[action]} isOpen onOpenChange={onClose} footer={footer}>
      <div className="flex flex-col gap-4">
        <p className="text-muted">{texts.actionHints[action]}</p>
        <TargetField action={action} value={target} onChange={setTarget} choices={choices} />
      </div>
    </Dialog>
  );
}
