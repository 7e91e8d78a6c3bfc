/** Alerts about leads that nobody touches: one per ruleset. */
import { Hourglass } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useMayWrite } from "../../../session/session";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { alerts as texts } from "../../../texts/settings-connections";
import { LinkButton } from "../../../ui/button";
import { NumberField, TextField } from "../../../ui/field";
import { formatSpan } from "../../../ui/format";
import { Menu } from "../../../ui/menu";
import { Card, Empty } from "../../../ui/page";
import { Select } from "../../../ui/select";
import { DataTable } from "../../../ui/table";
import { toast } from "../../../ui/toast";
import { told } from "../kit/answers";
import { EditorPanel, useEditor } from "../kit/editor";
import { AddButton, Loaded, NEW, useOpened } from "../kit/list";
import { ConfirmRemoval } from "../kit/remove";
import { nameOf, useRulesets } from "../targets";

type Stale = components["schemas"]["StaleAlert"];

const LIST = "/api/v1/alerts/stale";
const HOUR = 3600;
const { fields } = texts;

export function StaleAlerts({ onSecret }: { onSecret: (secret: string | undefined) => void }) {
  const [opened, open] = useOpened("stale");
  const [removed, remove] = useState<Stale>();
  const list = api.useQuery("get", LIST, {});
  const rulesets = useRulesets();
  const all = list.data?.data ?? [];
  const edited = all.find((alert) => alert.id === opened);
  const add = <AddButton label={texts.addStale} onPress={() => open(NEW)} />;
  const toRules = <LinkButton to="/rules">{texts.toRules}</LinkButton>;
  return (
    <Card title={texts.stale} hint={texts.staleHint} actions={all.length > 0 && add} isFlush>
      <Loaded query={list}>
        {({ data }) =>
          data.length > 0 ? (
            <Table rows={data} onOpen={open} onRemove={remove} />
          ) : (
            <Empty icon={Hourglass} title={texts.noStale} action={rulesets.length > 0 ? add : toRules}>
              {rulesets.length > 0 ? texts.noStaleHint : texts.noRulesets}
            </Empty>
          )
        }
      </Loaded>
      {opened === NEW && <Edit all={all} onSaved={onSecret} onClose={() => open(null)} />}
      {edited && <Edit key={edited.id} before={edited} all={all} onSaved={onSecret} onClose={() => open(null)} />}
      {removed && (
        <ConfirmRemoval
          title={texts.removeStaleTitle(nameOf(rulesets, removed.rulesetId) ?? removed.rulesetId)}
          remove={() => call.DELETE(`${LIST}/{ruleset_id}`, { params: { path: { ruleset_id: removed.rulesetId } } })}
          refresh={[LIST, "/v1/user-webhooks"]}
          done={texts.removed}
          onClose={() => remove(undefined)}
        >
          {texts.removeHint}
        </ConfirmRemoval>
      )}
    </Card>
  );
}

type TableProps = { rows: readonly Stale[]; onOpen: (id: string) => void; onRemove: (alert: Stale) => void };

function Table({ rows, onOpen, onRemove }: TableProps) {
  const mayWrite = useMayWrite();
  const rulesets = useRulesets();
  const columns = texts.staleColumns;
  const name = (alert: Stale) => nameOf(rulesets, alert.rulesetId) ?? alert.rulesetId;
  return (
    <DataTable
      label={texts.stale}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          id: "ruleset",
          label: columns.ruleset,
          isHeader: true,
          cell: (row) => (
            <button
              type="button"
              className="text-left font-medium text-accent hover:underline"
              onClick={() => onOpen(row.id)}
            >
              {name(row)}
            </button>
          ),
        },
        { id: "after", label: columns.after, cell: (row) => formatSpan(row.no_activity_hours * HOUR) },
        { id: "again", label: columns.again, cell: (row) => formatSpan(row.cooldown_hours * HOUR) },
        { id: "to", label: columns.to, cell: (row) => <span className="break-all">{row.webhook_url}</span> },
        {
          id: "actions",
          label: settings.actions,
          isLabelHidden: true,
          cell: (row) =>
            mayWrite && (
              <div className="flex justify-end">
                <Menu
                  label={settings.actionsFor(name(row))}
                  items={[
                    { id: "edit", label: texts.edit, onAction: () => onOpen(row.id) },
                    { id: "remove", label: texts.remove, isDanger: true, onAction: () => onRemove(row) },
                  ]}
                />
              </div>
            ),
        },
      ]}
    />
  );
}

type EditProps = {
  before?: Stale;
  all: readonly Stale[];
  onSaved: (secret: string | undefined) => void;
  onClose: () => void;
};

function Edit({ before, all, onSaved, onClose }: EditProps) {
  const rulesets = useRulesets();
  const editor = useEditor({
    name: `stale:${before?.id ?? NEW}`,
    initial: {
      ruleset_id: before?.rulesetId ?? null,
      no_activity_hours: before?.no_activity_hours ?? 48,
      cooldown_hours: before?.cooldown_hours ?? 24,
      webhook_url: before?.webhook_url ?? "",
    },
    labels: fields,
    refresh: [LIST, "/v1/user-webhooks"],
    save: (draft) => told(call.POST(LIST, { body: draft as never })),
    onSaved: ({ data }) => {
      onClose();
      toast(settings.saved);
      onSaved(data.webhook_secret);
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  const isReplaced = !before && all.some((alert) => alert.rulesetId === draft.ruleset_id);
  const named = before && (nameOf(rulesets, before.rulesetId) ?? before.rulesetId);
  return (
    <EditorPanel
      title={named ? texts.editStaleTitle(named) : texts.addStaleTitle}
      action={before ? common.save : common.add}
      place="middle"
      editor={editor}
    >
      {!before && (
        <Select
          label={fields.ruleset_id}
          isRequired
          items={rulesets}
          value={draft.ruleset_id}
          placeholder={settings.choose}
          onChange={(ruleset_id) => set({ ruleset_id })}
          description={isReplaced ? texts.replaces : undefined}
          error={errors.of("ruleset_id")}
        />
      )}
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
    </EditorPanel>
  );
}
