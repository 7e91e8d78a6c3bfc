/** Alerts about leads that nobody touches: one per ruleset. */
import { Hourglass } from "lucide-react";
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { alerts as texts } from "../../../texts/settings-connections";
import { NumberField, TextField } from "../../../ui/field";
import { formatSpan } from "../../../ui/format";
import type { Column } from "../../../ui/table";
import { told } from "../kit/answers";
import { AlertList } from "./alert-list";
import { AlertPanel, type EditProps, useAlertEditor } from "./alert-panel";

type Stale = components["schemas"]["StaleAlert"];

const LIST = "/api/v1/alerts/stale";
const HOUR = 3600;
const { fields } = texts;

const labels = texts.staleColumns;
const COLUMNS: readonly Column<Stale>[] = [
  { id: "after", label: labels.after, cell: (row) => formatSpan(row.no_activity_hours * HOUR) },
  { id: "again", label: labels.again, cell: (row) => formatSpan(row.cooldown_hours * HOUR) },
  { id: "to", label: labels.to, cell: (row) => <span className="break-all">{row.webhook_url}</span> },
];

export function StaleAlerts({ onSecret }: { onSecret: (secret: string | undefined) => void }) {
  return (
    <AlertList
      name="stale"
      icon={Hourglass}
      texts={texts.stale}
      path={LIST}
      query={api.useQuery("get", LIST, {})}
      columns={COLUMNS}
      remove={(params) => call.DELETE("/api/v1/alerts/stale/{ruleset_id}", { params })}
      editor={Edit}
      onSecret={onSecret}
    />
  );
}

function Edit(props: EditProps<Stale>) {
  const { before } = props;
  const editor = useAlertEditor(props, {
    name: "stale",
    path: LIST,
    initial: {
      ruleset_id: before?.rulesetId ?? null,
      no_activity_hours: before?.no_activity_hours ?? 48,
      cooldown_hours: before?.cooldown_hours ?? 24,
      webhook_url: before?.webhook_url ?? "",
    },
    save: (draft) => told(call.POST(LIST, { body: draft as never })),
  });
  const { draft, set, errors } = editor;
  return (
    <AlertPanel
      of={props}
      editor={editor}
      titles={{ add: texts.addStaleTitle, edit: texts.editStaleTitle }}
      place="middle"
    >
      <div className="grid grid-cols-2 gap-3">
        <NumberField
          label={fields.no_activity_hours}
          isRequired
          minValue={1}
          maxValue={365 * 24}
          value={draft.no_activity_hours}
          onChange={(no_activity_hours) => set({ no_activity_hours })}
          error={errors.of("no_activity_hours")}
        />
        <NumberField
          label={fields.cooldown_hours}
          isRequired
          minValue={1}
          maxValue={7 * 24}
          value={draft.cooldown_hours}
          onChange={(cooldown_hours) => set({ cooldown_hours })}
          error={errors.of("cooldown_hours")}
        />
      </div>
      <TextField
        label={fields.webhook_url}
        type="url"
        isRequired
        value={draft.webhook_url}
        onChange={(webhook_url) => set({ webhook_url })}
        description={texts.staleWebhookHint}
        error={errors.of("webhook_url")}
      />
    </AlertPanel>
  );
}
