/**
 * A workflow's drawing, to look at.
 *
 *     <Drawing nodes={drawing.nodes} edges={drawing.edges} overlay={overlay} selected={id} onSelect={setId} />
 *
 * `nodes`, `edges`: those of `GET /console/workflows/{id}/drawing`. Nodes that lie on top of each other are arranged.
 * `overlay`: what to show on them, by their ids as they come from there: `{nodes: {[id]: {content, says, tone}},
 *     edges: {[id]: {content, tone}}}`; see `Overlay` in flow.ts. `content` of a node is one line below its ways out
 *     (30 px high), of an edge it takes the place of the label. `tone` is `plain`, `marked` or `faded`. Make the
 *     overlay in a `useMemo`, and keep the objects of nodes that have not changed: only the others are drawn again.
 * `selected`, `onSelect`: the node that was chosen with a click or with Tab and Enter; null when the choice is undone.
 * `focus`: the node to open it at when not all of it can be read at once.
 * It is as wide as its parent, and as high as all of it needs.
 */
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { Background, MiniMap, type NodeChange, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo, useRef } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { steps } from "../../../texts/canvas-steps";
import { useNames } from "./api";
import { arrange, overlaps } from "./arrange";
import { type DrawnEdge, type DrawnNode, type Graph, moveNodes } from "./drawing";
import { FlowMaker, type Overlay, type StepData, type StepNode } from "./flow";
import { Step } from "./step";
import { boundsOf, heightFor, OpeningView } from "./view";
import { Way } from "./way";
import { ZoomButtons } from "./zoom";

export type { DrawnEdge, DrawnNode, Graph } from "./drawing";
export type { EdgeOverlay, NodeOverlay, Overlay, Tone } from "./flow";

export const nodeTypes = { step: Step };
export const edgeTypes = { way: Way };

/** How many nodes a drawing has before a map of it helps. */
export const MAP_FROM = 12;

type DrawingProps = Readonly<{
  nodes: readonly DrawnNode[];
  edges: readonly DrawnEdge[];
  overlay?: Overlay | undefined;
  selected?: string | null;
  focus?: string | undefined;
  onSelect?: (nodeId: string | null) => void;
}>;

export function Drawing(props: DrawingProps) {
  return (
    <ReactFlowProvider>
      <Picture {...props} />
    </ReactFlowProvider>
  );
}

function Picture({ nodes: drawn, edges: ways, overlay, selected, focus, onSelect }: DrawingProps) {
  const graph = useMemo(() => tidied({ nodes: drawn, edges: ways }), [drawn, ways]);
  const names = useNames();
  const maker = useRef(new FlowMaker());
  const { nodes, edges } = useMemo(() => {
    const chosen = selected ? new Set([selected]) : undefined;
    return maker.current.make(graph, { overlay, names, selected: chosen, isEditable: false, ariaLabel });
  }, [graph, overlay, names, selected]);
  const chosen = (changes: NodeChange<StepNode>[]) => {
    const selects = changes.filter((change) => change.type === "select");
    if (selects.length === 0) return;
    onSelect?.(selects.find((change) => change.selected)?.id ?? null);
  };
  return (
    <div className="w-full" style={heightFor(boundsOf(nodes, edges))}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={chosen}
        minZoom={0.05}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable
        edgesFocusable={false}
        elementsSelectable={onSelect !== undefined}
        onlyRenderVisibleElements
        ariaLabelConfig={texts.ariaLook}
        aria-label={texts.drawing}
      >
        <Background gap={24} />
        {nodes.length >= MAP_FROM && <MiniMap pannable zoomable ariaLabel={texts.map} />}
        <ZoomButtons />
        <OpeningView nodes={nodes} edges={edges} focus={focus} isFollowing />
      </ReactFlow>
    </div>
  );
}

/** A graph with places for its nodes: those of the API often have none. */
export function tidied(graph: Graph): Graph {
  return overlaps(graph) ? moveNodes(graph, arrange(graph)) : graph;
}

export function ariaLabel(node: DrawnNode, data: StepData): string {
  const kind = steps.kinds[node.node_type]?.name ?? node.node_type;
  const parts = [node.label, kind === node.label ? "" : kind, data.summary, data.overlay?.says, ...data.problems];
  return parts.filter(Boolean).join(", ");
}
