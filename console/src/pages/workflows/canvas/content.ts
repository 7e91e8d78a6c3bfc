/** All that is edited on the canvas: the graph and the statuses. */
import { type DrawnEdge, type DrawnNode, type Graph, makeEdge } from "./drawing";

export type StatusCategory = "active" | "won" | "lost" | "paused" | "deferred";

export type DrawingStatus = Readonly<{
  key: string;
  label: string;
  category: StatusCategory;
  is_initial: boolean;
  is_terminal: boolean;
}>;

export type Content = Graph & Readonly<{ statuses: readonly DrawingStatus[] }>;

/** What is stored, as the editor holds it: its edges are known by what they join. */
export function contentOf(stored: Graph & { statuses: readonly DrawingStatus[] }): Content {
  const edges = stored.edges.map((edge) => makeEdge(edge.from_node_id, edge.label, edge.to_node_id));
  return { nodes: stored.nodes, edges, statuses: stored.statuses };
}

export function sameContent(one: Content, other: Content): boolean {
  if (one === other) return true;
  return (
    sameList(one.nodes, other.nodes) &&
    sameEdges(one.edges, other.edges) &&
    JSON.stringify(one.statuses) === JSON.stringify(other.statuses)
  );
}

function sameEdges(one: readonly DrawnEdge[], other: readonly DrawnEdge[]): boolean {
  if (one === other) return true;
  const ids = new Set(other.map((edge) => edge.id));
  return one.length === other.length && one.every((edge) => ids.has(edge.id));
}

function sameList(one: readonly DrawnNode[], other: readonly DrawnNode[]): boolean {
  if (one.length !== other.length) return false;
  const byId = new Map(other.map((node) => [node.id, node]));
  return one.every((node) => sameNode(node, byId.get(node.id)));
}

function sameNode(one: DrawnNode, other: DrawnNode | undefined): boolean {
  return one === other || (other !== undefined && changedParts(one, other).length === 0);
}

export type NodePart = "label" | "config" | "place";

/** What differs between two versions of a node. */
export function changedParts(one: DrawnNode, other: DrawnNode): NodePart[] {
  const parts: NodePart[] = [];
  if (one.label !== other.label) parts.push("label");
  if (one.config !== other.config && canonical(one.config) !== canonical(other.config)) parts.push("config");
  if (one.position_x !== other.position_x || one.position_y !== other.position_y) parts.push("place");
  return parts;
}

/** JSON in which the order of keys does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Call nodes what the server calls them now. */
export function renameIds(content: Content, ids: ReadonlyMap<string, string>): Content {
  if (ids.size === 0) return content;
  const named = (id: string) => ids.get(id) ?? id;
  const renamed = (edge: DrawnEdge) =>
    ids.has(edge.from_node_id) || ids.has(edge.to_node_id)
      ? makeEdge(named(edge.from_node_id), edge.label, named(edge.to_node_id))
      : edge;
  return {
    ...content,
    nodes: content.nodes.map((node) => (ids.has(node.id) ? { ...node, id: named(node.id) } : node)),
    edges: content.edges.map(renamed),
  };
}
