/** What goes on at nodes and on edges, as something to show on the drawing. */
import { Phone } from "lucide-react";
import { useMemo, useRef } from "react";
import { workflows } from "../../texts/workflows";
import { formatNumber } from "../../ui/format";
import type { EdgeOverlay, NodeOverlay, Overlay } from "./canvas/canvas";
import type { Live } from "./live";

const texts = workflows.overview;

export type Window = "passed_24h" | "passed_7d";
type NodeTraffic = Live["nodes"][number];
type EdgeTraffic = Live["edges"][number];

/** Counts for the drawing. Nodes and edges at which nothing has changed keep their objects, and are not drawn again. */
export function useOverlay(live: Live | undefined, span: Window): Overlay | undefined {
  const nodes = useRef(new Kept<NodeOverlay>());
  const edges = useRef(new Kept<EdgeOverlay>());
  return useMemo(() => {
    if (!live) return undefined;
    return {
      nodes: nodes.current.all(
        live.nodes,
        (node) => node.node_id,
        (node) => nodeOverlay(node, span),
        span,
      ),
      edges: edges.current.all(
        live.edges,
        (edge) => edge.edge_id,
        (edge) => edgeOverlay(edge, span),
        span,
      ),
    };
  }, [live, span]);
}

class Kept<Made> {
  private made = new Map<string, { from: string; made: Made }>();

  all<Item>(items: readonly Item[], idOf: (item: Item) => string, make: (item: Item) => Made, span: Window) {
    const made: Record<string, Made> = {};
    for (const item of items) {
      const from = span + JSON.stringify(item);
      const kept = this.made.get(idOf(item));
      const one = kept?.from === from ? kept : { from, made: make(item) };
      this.made.set(idOf(item), one);
      made[idOf(item)] = one.made;
    }
    return made;
  }
}

function nodeOverlay(node: NodeTraffic, span: Window): NodeOverlay {
  const passed = node[span];
  return {
    says: texts.nodeSays(node.waiting, passed, texts.windows[span]),
    tone: node.waiting > 0 ? "marked" : "plain",
    content: (
      <span className="flex w-full items-center gap-2 tabular-nums">
        {node.waiting > 0 && (
          <span className="font-medium text-accent">{texts.waitCount(formatNumber(node.waiting))}</span>
        )}
        {node.on_call > 0 && (
          <span className="flex items-center gap-1 text-good" title={texts.callCount(formatNumber(node.on_call))}>
            <Phone aria-hidden className="size-3" />
            {formatNumber(node.on_call)}
          </span>
        )}
        <span className="ml-auto text-muted">{texts.passCount(formatNumber(passed), texts.short[span])}</span>
      </span>
    ),
  };
}

function edgeOverlay(edge: EdgeTraffic, span: Window): EdgeOverlay {
  const passed = edge[span];
  if (passed === 0) return {};
  return { content: <span className="font-medium tabular-nums">{formatNumber(passed)}</span> };
}
