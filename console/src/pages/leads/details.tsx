/** The cards beside the timeline: fields, tags and workflows of a lead. */
import { Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useMayWrite } from "../../session/session";
import { leads as texts } from "../../texts/leads";
import { Badge } from "../../ui/badge";
import { Button, IconButton, TextLink } from "../../ui/button";
import { Moment } from "../../ui/moment";
import { Card } from "../../ui/page";
import { useChoices } from "./choices";
import { columnLabel, stateTone, statusTone } from "./columns";
import { EditLead } from "./edit";
import { type Lead, ownerText } from "./lead";
import { TargetField } from "./target-field";
import { useAct } from "./use-act";

export function Details({ lead }: { lead: Lead }) {
  const rows: [string, ReactNode][] = [
    ["email", lead.email],
    ["phone", lead.phone],
    ["company", lead.company],
    ["title", lead.title],
    ["source", lead.source],
    ["campaign", lead.campaign?.name],
    ["owner", lead.owner ? (lead.owner.name ?? texts.inQueue(lead.owner.queue_id ?? "")) : ownerText(lead)],
    ["external_id", lead.external_id],
    ["created_at", <Moment key="created" at={lead.created_at} />],
    ["updated_at", <Moment key="updated" at={lead.updated_at} />],
  ];
  return (
    <Card title={texts.about} actions={<EditButton lead={lead} />}>
      <dl className="grid grid-cols-[minmax(0,2fr)_minmax(0,5fr)] gap-x-4 gap-y-1.5">
        {rows.map(([name, value]) => (
          <Pair key={name} label={columnLabel(name)}>
            {value ?? <span className="text-muted">{texts.empty}</span>}
          </Pair>
        ))}
      </dl>
    </Card>
  );
}

function EditButton({ lead }: { lead: Lead }) {
  const [isOpen, setOpen] = useState(false);
  if (!useMayWrite()) return null;
  return (
    <>
      <Button onPress={() => setOpen(true)}>{texts.edit.open}</Button>
      {isOpen && <EditLead lead={lead} onClose={() => setOpen(false)} />}
    </>
  );
}

export function Pair({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="break-words text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

export function TagsCard({ lead }: { lead: Lead }) {
  const mayWrite = useMayWrite();
  const [tag, setTag] = useState("");
  const act = useAct(lead, () => setTag(""));
  const choices = useChoices();
  return (
    <Card title={texts.tags}>
      {lead.tags.length === 0 && <p className="text-muted">{texts.noTags}</p>}
      <ul className="flex flex-wrap gap-2">
        {lead.tags.map(({ id, name }) => (
          <li key={id} className="flex items-center gap-0.5">
            <Badge>{name}</Badge>
            {mayWrite && (
              <IconButton
                isSmall
                label={texts.removeTag(name)}
                icon={X}
                onPress={() => act.mutate({ action: "remove_tag", target: id })}
              />
            )}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <div className="mt-3 flex items-end gap-2">
          <div className="flex-1">
            <TargetField action="add_tag" value={tag} onChange={setTag} choices={choices} />
          </div>
          <Button
            icon={Plus}
            isDisabled={!tag.trim()}
            isPending={act.isPending}
            onPress={() => act.mutate({ action: "add_tag", target: tag.trim() })}
          >
            {texts.actions.add_tag}
          </Button>
        </div>
      )}
    </Card>
  );
}

export function RunsCard({ lead }: { lead: Lead }) {
  return (
    <Card title={texts.runs}>
      {lead.runs.length === 0 && <p className="text-muted">{texts.noRuns}</p>}
      <ul className="flex flex-col gap-3">
        {lead.runs.map((run) => (
          <li key={run.id} className="flex flex-col gap-1">
            <TextLink to={`/workflows/${run.workflow_id}`}>{run.workflow_name}</TextLink>
            <span className="flex flex-wrap gap-1.5">
              <Badge tone={stateTone(run.state)}>{texts.states[run.state]}</Badge>
              {run.status_label && <Badge tone={statusTone(run.status_category)}>{run.status_label}</Badge>}
            </span>
            <span className="text-muted text-xs">
              {texts.since} <Moment at={run.started_at} />
              {run.ended_at && (
                <>
                  {" "}
                  {texts.until} <Moment at={run.ended_at} />
                </>
              )}
            </span>
            {run.reason && <span className="break-words text-muted text-xs">{run.reason}</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
