/** Promises of a first response: one per ruleset. */
import { Timer } from "lucide-react";
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { alerts as texts } from "../../../texts/settings-connections";
import { formatSpan } from "../../../ui/format";
import type { Column } from "../../../ui/table";
import { AlertList } from "./alert-list";
import { EditSla } from "./sla-form";

export type Sla = components["schemas"]["Sla"];

export const LIST = "/api/v1/slas";

const labels = texts.slaColumns;
const COLUMNS: readonly Column<Sla>[] = [
  { id: "target", label: labels.target, cell: (row) => formatSpan(row.first_response_target_minutes * 60) },
  {
    id: "warning",
    label: labels.warning,
    cell: (row) => (row.warn_minutes === null ? texts.noWarning : texts.warnAfter(formatSpan(row.warn_minutes * 60))),
  },
  { id: "counts", label: labels.counts, cell: (row) => (row.business_hours ? texts.businessTime : texts.allTime) },
  {
    id: "broken",
    label: labels.broken,
    cell: (row) => (row.escalation === "reroute" ? texts.reroute(row.max_reroutes) : texts.onlyTold),
  },
  {
    id: "to",
    label: labels.to,
    cell: (row) => (row.alert_webhook ? <span className="break-all">{row.alert_webhook}</span> : texts.general),
  },
];

export function Slas({ onSecret }: { onSecret: (secret: string | undefined) => void }) {
  return (
    <AlertList
      name="sla"
      icon={Timer}
      texts={texts.slas}
      path={LIST}
      query={api.useQuery("get", LIST, {})}
      columns={COLUMNS}
      remove={(params) => call.DELETE("/api/v1/slas/{ruleset_id}", { params })}
      editor={EditSla}
      onSecret={onSecret}
    />
  );
}
