/** A drawing: the nodes and edges of a workflow as they are drawn, and what can be done to them. Values only. */
import { newKey } from "../../../api/new-key";

export const NODE_TYPES = ["VOICE_CALL", "TIME", "CONDITIONAL", "APPLICATION", "CONVERTED", "DROPPED"] as const;
export type NodeType = (typeof NODE_TYPES)[number];
export type Config = Readonly<Record<string, unknown>>;

export type DrawnNode = Readonly<{
  id: string;
  node_type: NodeType;
  label: string;
  position_x: number;
  position_y: number;
  config: Config;
}>;

/** `label` is the outcome that leads this way; null leads everything this way that has no edge of its own. */
export type DrawnEdge = Readonly<{
  id: string;
  from_node_id: string;
  to_node_id: string;
  label: string | null;
}>;

export type Graph = Readonly<{ nodes: readonly DrawnNode[]; edges: readonly DrawnEdge[] }>;

/** What stands for "no label" where a text is needed. */
export const OTHERWISE = "";

/** The longest name of a node, and the longest label of an edge. */
export const LONGEST_LABEL = 200;

export const isEnd = (type: NodeType): boolean => type === "CONVERTED" || type === "DROPPED";

/** An edge is known by what it joins, so that drawing it again is not a change. */
export function edgeId(from: string, label: string | null, to: string): string {
  return `${from}|${to}|${label ?? OTHERWISE}`;
}

export function makeEdge(from: string, label: string | null, to: string): DrawnEdge {
  const named = label || null;
  return { id: edgeId(from, named, to), from_node_id: from, to_node_id: to, label: named };
}

/** An id for a node that the server does not know yet. */
export function newNodeId(): string {
  return `new-${newKey()}`;
}

export function addNode(graph: Graph, node: DrawnNode): Graph {
  return { ...graph, nodes: [...graph.nodes, node] };
}

/** Remove nodes with the edges into and out of them. */
export function removeNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes.filter((node) => !ids.has(node.id)),
    edges: graph.edges.filter((edge) => !ids.has(edge.from_node_id) && !ids.has(edge.to_node_id)),
  };
}

export function removeEdges(graph: Graph, ids: ReadonlySet<string>): Graph {
  return { ...graph, edges: graph.edges.filter((edge) => !ids.has(edge.id)) };
}

export function changeNode(graph: Graph, id: string, changes: Partial<DrawnNode>): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...changes } : node)) };
}

export function moveNodes(graph: Graph, places: ReadonlyMap<string, { x: number; y: number }>): Graph {
  const moved = (node: DrawnNode) => {
    const place = places.get(node.id);
    if (!place || (place.x === node.position_x && place.y === node.position_y)) return node;
    return { ...node, position_x: place.x, position_y: place.y };
  };
  return { ...graph, nodes: graph.nodes.map(moved) };
}

/** Where the leads of one branch go; of several edges with one label the first is taken. */
export function targetOf(graph: Graph, from: string, label: string | null): string | null {
  const named = label || null;
  return graph.edges.find((edge) => edge.from_node_id === from && edge.label === named)?.to_node_id ?? null;
}

/** Let the leads of one branch go to another node, or to none. */
export function connect(graph: Graph, from: string, label: string | null, to: string | null): Graph {
  const named = label || null;
  const at = graph.edges.findIndex((edge) => edge.from_node_id === from && edge.label === named);
  const others = graph.edges.filter((edge) => edge.from_node_id !== from || edge.label !== named);
  if (to === null) return { ...graph, edges: others };
  others.splice(at < 0 ? others.length : at, 0, makeEdge(from, named, to));
  return { ...graph, edges: others };
}

/** Give the edges of one branch another label, such as when the branch is renamed. */
export function relabel(graph: Graph, from: string, before: string, after: string): Graph {
  const edges = graph.edges.map((edge) =>
    edge.from_node_id === from && edge.label === before ? makeEdge(from, after, edge.to_node_id) : edge,
  );
  return { ...graph, edges };
}

/** Copy nodes with the edges between them; answers the copies' ids too. */
export function duplicateNodes(
  graph: Graph,
  ids: ReadonlySet<string>,
  nameOf: (label: string) => string,
): { graph: Graph; copies: Set<string> } {
  const fresh = new Map([...ids].map((id) => [id, newNodeId()]));
  const nodes = graph.nodes.flatMap((node) => {
    const id = fresh.get(node.id);
    if (!id) return [];
    const label = nameOf(node.label).slice(0, LONGEST_LABEL);
    return [{ ...node, id, label, position_x: node.position_x + 40, position_y: node.position_y + 40 }];
  });
  const edges = graph.edges.flatMap((edge) => {
    const from = fresh.get(edge.from_node_id);
    const to = fresh.get(edge.to_node_id);
    return from && to ? [makeEdge(from, edge.label, to)] : [];
  });
  return {
    graph: { nodes: [...graph.nodes, ...nodes], edges: [...graph.edges, ...edges] },
    copies: new Set(fresh.values()),
  };
}
