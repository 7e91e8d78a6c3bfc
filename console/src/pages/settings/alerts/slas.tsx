/** Promises of a first response: one per ruleset. */
import { Timer } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useMayWrite } from "../../../session/session";
import { settings } from "../../../texts/settings";
import { alerts as texts } from "../../../texts/settings-connections";
import { LinkButton } from "../../../ui/button";
import { formatSpan } from "../../../ui/format";
import { Menu } from "../../../ui/menu";
import { Card, Empty } from "../../../ui/page";
import { DataTable } from "../../../ui/table";
import { AddButton, Loaded, NEW, useOpened } from "../kit/list";
import { ConfirmRemoval } from "../kit/remove";
import { nameOf, useRulesets } from "../targets";
import { EditSla } from "./sla-form";

export type Sla = components["schemas"]["Sla"];

export const LIST = "/api/v1/slas";

export function Slas({ onSecret }: { onSecret: (secret: string | undefined) => void }) {
  const [opened, open] = useOpened("sla");
  const [removed, remove] = useState<Sla>();
  const list = api.useQuery("get", LIST, {});
  const rulesets = useRulesets();
  const slas = list.data?.data ?? [];
  const edited = slas.find((sla) => sla.id === opened);
  const add = <AddButton label={texts.addSla} onPress={() => open(NEW)} />;
  const toRules = <LinkButton to="/rules">{texts.toRules}</LinkButton>;
  return (
    <Card title={texts.slas} hint={texts.slasHint} actions={slas.length > 0 && add} isFlush>
      <Loaded query={list}>
        {({ data }) =>
          data.length > 0 ? (
            <Table rows={data} onOpen={open} onRemove={remove} />
          ) : (
            <Empty icon={Timer} title={texts.noSlas} action={rulesets.length > 0 ? add : toRules}>
              {rulesets.length > 0 ? texts.noSlasHint : texts.noRulesets}
            </Empty>
          )
        }
      </Loaded>
      {opened === NEW && <EditSla all={slas} onSaved={onSecret} onClose={() => open(null)} />}
      {edited && <EditSla key={edited.id} before={edited} all={slas} onSaved={onSecret} onClose={() => open(null)} />}
      {removed && (
        <ConfirmRemoval
          title={texts.removeSlaTitle(nameOf(rulesets, removed.rulesetId) ?? removed.rulesetId)}
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

type TableProps = { rows: readonly Sla[]; onOpen: (id: string) => void; onRemove: (sla: Sla) => void };

function Table({ rows, onOpen, onRemove }: TableProps) {
  const mayWrite = useMayWrite();
  const rulesets = useRulesets();
  const columns = texts.slaColumns;
  const name = (sla: Sla) => nameOf(rulesets, sla.rulesetId) ?? sla.rulesetId;
  return (
    <DataTable
      label={texts.slas}
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
        { id: "target", label: columns.target, cell: (row) => formatSpan(row.first_response_target_minutes * 60) },
        {
          id: "warning",
          label: columns.warning,
          cell: (row) =>
            row.warn_minutes === null ? texts.noWarning : texts.warnAfter(formatSpan(row.warn_minutes * 60)),
        },
        {
          id: "counts",
          label: columns.counts,
          cell: (row) => (row.business_hours ? texts.businessTime : texts.allTime),
        },
        {
          id: "broken",
          label: columns.broken,
          cell: (row) => (row.escalation === "reroute" ? texts.reroute(row.max_reroutes) : texts.onlyTold),
        },
        {
          id: "to",
          label: columns.to,
          cell: (row) => (row.alert_webhook ? <span className="break-all">{row.alert_webhook}</span> : texts.general),
        },
        {
          id: "actions",
          label: settings.actions,
          isLabelHidden: true,
          cell: (row) =>
            mayWrite && (
              <Menu
                label={settings.actionsFor(name(row))}
                items={[
                  { id: "edit", label: texts.edit, onAction: () => onOpen(row.id) },
                  { id: "remove", label: texts.remove, isDanger: true, onAction: () => onRemove(row) },
                ]}
              />
            ),
        },
      ]}
    />
  );
}
