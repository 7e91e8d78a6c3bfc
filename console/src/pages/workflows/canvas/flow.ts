/** Turns a drawing into what xyflow shows. What has not changed keeps its identity, so that it is not drawn again. */
import type { Edge, Node } from "@xyflow/react";
import { MarkerType } from "@xyflow/react";
import type { ReactNode } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { branchWords } from "./branches";
import { type DrawnEdge, type DrawnNode, type Graph, OTHERWISE } from "./drawing";
import { lanesOf } from "./lanes";
import { handlesOf, outByNode, portId, type Shape, shapeOf, WIDTH } from "./shape";
import { type Names, summaryOf } from "./summary";

/** How a node or an edge stands out: `marked` is where a lead was or is, `faded` is beside the point. */
export type Tone = "plain" | "marked" | "faded";

/** What to show at one node: `content` is a line below it (30 px high), `says` is the same for a screen reader. */
export type NodeOverlay = Readonly<{ content?: ReactNode; says?: string; tone?: Tone }>;

/** What to show at one edge, in place of its label. */
export type EdgeOverlay = Readonly<{ content?: ReactNode; tone?: Tone }>;

/** What to show on a drawing, by the ids of its nodes and edges. Keep the objects of what has not changed. */
export type Overlay = Readonly<{
  nodes?: Readonly<Record<string, NodeOverlay>>;
  edges?: Readonly<Record<string, EdgeOverlay>>;
}>;

export type StepData = {
  node: DrawnNode;
  shape: Shape;
  summary: string;
  /** The branches that lead somewhere. */
  used: ReadonlySet<string>;
  problems: readonly string[];
  overlay: NodeOverlay | undefined;
  isEditable: boolean;
};
export type StepNode = Node<StepData, "step">;

/** `lane`: the height at which the way goes round other nodes; undefined when it can go straight. */
export type WayData = { words: string; lane: number | undefined; overlay: EdgeOverlay | undefined };
export type WayEdge = Edge<WayData, "way">;

export type FlowOptions = Readonly<{
  overlay?: Overlay | undefined;
  problems?: ReadonlyMap<string, readonly string[]>;
  names?: Names | undefined;
  selected?: ReadonlySet<string> | undefined;
  isEditable: boolean;
  ariaLabel: (node: DrawnNode, data: StepData) => string;
}>;

const NONE: readonly never[] = [];

/** Makes the nodes and edges of one canvas; remembers those of last time. */
export class FlowMaker {
  private steps = new Map<string, { from: readonly unknown[]; made: StepNode }>();
  private ways = new Map<string, { from: readonly unknown[]; made: WayEdge }>();
  private lanes: { from: readonly unknown[]; edges: unknown; lanes: ReadonlyMap<string, number> } = {
    from: NONE,
    edges: NONE,
    lanes: new Map(),
  };

  make(graph: Graph, options: FlowOptions): { nodes: StepNode[]; edges: WayEdge[] } {
    const out = outByNode(graph.edges);
    const nodes = graph.nodes.map((node) => this.step(node, out.get(node.id) ?? NONE, options));
    const byId = new Map(graph.nodes.map((node) => [node.id, node]));
    const lanes = this.lanesFor(graph, nodes);
    const edges = graph.edges.flatMap((edge) => {
      const from = byId.get(edge.from_node_id);
      const to = byId.get(edge.to_node_id);
      return from && to ? [this.way(edge, from, to, lanes.get(edge.id), options)] : [];
    });
    this.steps = new Map([...this.steps].filter(([id]) => byId.has(id)));
    return { nodes, edges };
  }

  /** Lanes change only when something is moved, joined or grows. */
  private lanesFor(graph: Graph, nodes: readonly StepNode[]): ReadonlyMap<string, number> {
    const from = nodes.flatMap(({ id, position, height }) => [id, position.x, position.y, height]);
    if (this.lanes.edges !== graph.edges || from.length !== this.lanes.from.length || !same(this.lanes.from, from)) {
      const shapes = new Map(nodes.map((node) => [node.id, node.data.shape]));
      this.lanes = { from, edges: graph.edges, lanes: lanesOf(graph, shapes) };
    }
    return this.lanes.lanes;
  }

  private step(node: DrawnNode, out: readonly DrawnEdge[], options: FlowOptions): StepNode {
    const problems = options.problems?.get(node.id) ?? NONE;
    const overlay = options.overlay?.nodes?.[node.id];
    const isSelected = options.selected?.has(node.id) ?? false;
    const labels = out.map((edge) => edge.label ?? OTHERWISE).join("\n");
    const from = [node, labels, problems.join("\n"), overlay, isSelected, options.isEditable, options.names];
    const kept = this.steps.get(node.id);
    if (kept && same(kept.from, from)) return kept.made;
    const shape = shapeOf(node, out, { hasProblem: problems.length > 0, hasOverlay: overlay?.content !== undefined });
    const data: StepData = {
      node,
      shape,
      summary: summaryOf(node, options.names),
      used: new Set(out.map((edge) => edge.label ?? OTHERWISE)),
      problems,
      overlay,
      isEditable: options.isEditable,
    };
    const made: StepNode = {
      id: node.id,
      type: "step",
      position: { x: node.position_x, y: node.position_y },
      width: WIDTH,
      height: shape.height,
      measured: { width: WIDTH, height: shape.height },
      handles: handlesOf(shape),
      selected: isSelected,
      ariaLabel: options.ariaLabel(node, data),
      data,
    };
    this.steps.set(node.id, { from, made });
    return made;
  }

  private way(
    edge: DrawnEdge,
    from: DrawnNode,
    to: DrawnNode,
    lane: number | undefined,
    options: FlowOptions,
  ): WayEdge {
    const overlay = options.overlay?.edges?.[edge.id];
    const isSelected = options.selected?.has(edge.id) ?? false;
    const why = [edge, from.node_type, from.label, to.label, lane, overlay, isSelected];
    const kept = this.ways.get(edge.id);
    if (kept && same(kept.from, why)) return kept.made;
    const branch = edge.label ?? OTHERWISE;
    const words = branchWords(from.node_type, branch);
    const made: WayEdge = {
      id: edge.id,
      type: "way",
      source: edge.from_node_id,
      sourceHandle: portId(branch),
      target: edge.to_node_id,
      targetHandle: "in",
      ariaLabel: texts.panel.connects(from.label, words, to.label),
      selected: isSelected,
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: "var(--line-strong)" },
      data: { words: branch === OTHERWISE ? "" : words, lane, overlay },
    };
    this.ways.set(edge.id, { from: why, made });
    return made;
  }
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.every((value, at) => value === other[at]);
}
