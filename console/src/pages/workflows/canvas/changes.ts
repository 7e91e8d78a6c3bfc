/** What somebody else did to a drawing meanwhile. */
import { branchWords } from "./branches";
import { type Content, changedParts, type NodePart } from "./content";
import type { DrawnEdge, DrawnNode } from "./drawing";

export type WayChange = Readonly<{ from: string; to: string; branch: string }>;
export type Changes = Readonly<{
  added: readonly DrawnNode[];
  removed: readonly DrawnNode[];
  changed: readonly { node: DrawnNode; parts: readonly NodePart[] }[];
  moved: readonly DrawnNode[];
  waysAdded: readonly WayChange[];
  waysRemoved: readonly WayChange[];
  statuses: boolean;
}>;

/** `isArranged`: the nodes of the later one were given places here, so that nobody has moved them. */
export function changesBetween(before: Content, after: Content, isArranged: boolean): Changes {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const fresh = new Map(after.nodes.map((node) => [node.id, node]));
  const differing = after.nodes.flatMap((node) => {
    const was = old.get(node.id);
    return was ? [{ node, parts: changedParts(was, node) }] : [];
  });
  const changed = differing
    .map(({ node, parts }) => ({ node, parts: parts.filter((part) => part !== "place") }))
    .filter(({ parts }) => parts.length > 0);
  const moved = isArranged ? [] : differing.filter(({ parts }) => parts.includes("place")).map(({ node }) => node);
  const had = new Set(before.edges.map((edge) => edge.id));
  const has = new Set(after.edges.map((edge) => edge.id));
  return {
    added: after.nodes.filter((node) => !old.has(node.id)),
    removed: before.nodes.filter((node) => !fresh.has(node.id)),
    changed,
    moved,
    waysAdded: after.edges.filter((edge) => !had.has(edge.id)).map((edge) => wayWords(edge, fresh)),
    waysRemoved: before.edges.filter((edge) => !has.has(edge.id)).map((edge) => wayWords(edge, old)),
    statuses: JSON.stringify(before.statuses) !== JSON.stringify(after.statuses),
  };
}

export function wayWords(edge: DrawnEdge, nodes: ReadonlyMap<string, DrawnNode>): WayChange {
  const from = nodes.get(edge.from_node_id);
  return {
    from: from?.label ?? "",
    to: nodes.get(edge.to_node_id)?.label ?? "",
    branch: from ? branchWords(from.node_type, edge.label ?? "") : "",
  };
}
