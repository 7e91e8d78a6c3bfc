/** The counts of the drawing as a table. */
import { workflows } from "../../texts/workflows";
import { TextButton } from "../../ui/button";
import { formatNumber } from "../../ui/format";
import { DataTable } from "../../ui/table";
import type { DrawnNode } from "./canvas/canvas";
import type { Live } from "./live";
import type { Window } from "./traffic";

const texts = workflows.overview;

type Props = {
  nodes: readonly DrawnNode[];
  live: Live | undefined;
  span: Window;
  onChoose: (nodeId: string) => void;
};

export function LiveTable({ nodes, live, span, onChoose }: Props) {
  const counts = new Map(live?.nodes.map((node) => [node.node_id, node]));
  const rows = nodes.toSorted((one, other) => one.position_x - other.position_x || one.position_y - other.position_y);
  const count = (id: string, key: "waiting" | "on_call" | Window) => formatNumber(counts.get(id)?.[key] ?? 0);
  return (
    <DataTable
      label={texts.drawing}
      rows={rows}
      rowKey={(node) => node.id}
      columns={[
        {
          id: "node",
          label: texts.node,
          isHeader: true,
          cell: (node) => <TextButton onPress={() => onChoose(node.id)}>{node.label}</TextButton>,
        },
        { id: "waiting", label: texts.waitingHere, isNumber: true, cell: (node) => count(node.id, "waiting") },
        { id: "on_call", label: texts.onCallHere, isNumber: true, cell: (node) => count(node.id, "on_call") },
        { id: "passed", label: texts.passed[span], isNumber: true, cell: (node) => count(node.id, span) },
      ]}
    />
  );
}
