/** Lays a drawing out from left to right: every node one column after those before it, crossings kept few. */
import { branchesOf } from "./branches";
import { type DrawnNode, type Graph, OTHERWISE } from "./drawing";
import { outByNode, shapeOf, WIDTH } from "./shape";

const GAP_X = 88;
const GAP_Y = 36;
const SWEEPS = 5;
const A_LITTLE = 0.01;

type Places = Map<string, { x: number; y: number }>;

export function arrange(graph: Graph): Places {
  const column = columnsOf(graph);
  const columns: DrawnNode[][] = [];
  for (const node of graph.nodes) {
    const at = column.get(node.id) ?? 0;
    while (columns.length <= at) columns.push([]);
    columns[at]?.push(node);
  }
  orderColumns(columns, graph);
  return place(columns, graph);
}

/** Tell whether nodes lie on top of each other, as those do that came without places. */
export function overlaps(graph: Graph): boolean {
  const out = outByNode(graph.edges);
  const boxes = graph.nodes
    .map((node) => ({
      x: node.position_x,
      y: node.position_y,
      height: shapeOf(node, out.get(node.id) ?? [], { hasProblem: false, hasOverlay: false }).height,
    }))
    .sort((a, b) => a.x - b.x);
  return boxes.some((box, at) => {
    for (let next = at + 1; next < boxes.length; next++) {
      const other = boxes[next];
      if (!other || other.x - box.x >= WIDTH) return false;
      if (box.y < other.y + other.height && other.y < box.y + box.height) return true;
    }
    return false;
  });
}

/** The longest way from an entry, with the edges that close a circle left out. */
function columnsOf(graph: Graph): Map<string, number> {
  const out = outByNode(graph.edges);
  const order = topological(graph);
  const rank = new Map(order.map((id, at) => [id, at]));
  const column = new Map(order.map((id) => [id, 0]));
  for (const id of order) {
    for (const edge of out.get(id) ?? []) {
      if ((rank.get(edge.to_node_id) ?? -1) <= (rank.get(id) ?? 0)) continue;
      column.set(edge.to_node_id, Math.max(column.get(edge.to_node_id) ?? 0, (column.get(id) ?? 0) + 1));
    }
  }
  return column;
}

/** Nodes in an order in which edges lead forward, but for those that close circles; without recursion. */
function topological(graph: Graph): string[] {
  const out = outByNode(graph.edges);
  const known = new Set(graph.nodes.map((node) => node.id));
  const reached = new Set(graph.edges.map((edge) => edge.to_node_id));
  const starts = [...graph.nodes.filter((node) => !reached.has(node.id)), ...graph.nodes];
  const seen = new Set<string>();
  const finished: string[] = [];
  for (const start of starts) {
    if (seen.has(start.id)) continue;
    seen.add(start.id);
    const stack = [{ id: start.id, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (!top) break;
      const edge = out.get(top.id)?.[top.next++];
      if (!edge) {
        finished.push(top.id);
        stack.pop();
      } else if (known.has(edge.to_node_id) && !seen.has(edge.to_node_id)) {
        seen.add(edge.to_node_id);
        stack.push({ id: edge.to_node_id, next: 0 });
      }
    }
  }
  return finished.reverse();
}

/** Bring each node near the middle of its neighbours, forwards and backwards. */
function orderColumns(columns: DrawnNode[][], graph: Graph): void {
  const before = new Map<string, Neighbour[]>();
  const after = new Map<string, Neighbour[]>();
  const branches = branchOrder(graph);
  for (const { from_node_id, to_node_id, label } of graph.edges) {
    const lower = (branches.get(from_node_id)?.indexOf(label ?? OTHERWISE) ?? 0) * A_LITTLE;
    before.set(to_node_id, [...(before.get(to_node_id) ?? []), { id: from_node_id, lower }]);
    after.set(from_node_id, [...(after.get(from_node_id) ?? []), { id: to_node_id, lower: 0 }]);
  }
  const at = new Map<string, number>();
  const note = (nodes: DrawnNode[]) => {
    for (const [index, node] of nodes.entries()) at.set(node.id, (index + 1) / (nodes.length + 1));
  };
  columns.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 === 0 ? before : after;
    for (const nodes of sweep % 2 === 0 ? columns : [...columns].reverse()) {
      const key = new Map(nodes.map((node) => [node.id, mean(neighbours.get(node.id), at) ?? at.get(node.id) ?? 0]));
      nodes.sort((a, b) => (key.get(a.id) ?? 0) - (key.get(b.id) ?? 0));
      note(nodes);
    }
  }
}

/** `lower`: how much lower a node wants to be than this neighbour, because of the branch that leads to it. */
type Neighbour = { id: string; lower: number };

function branchOrder(graph: Graph): Map<string, string[]> {
  const out = outByNode(graph.edges);
  return new Map(graph.nodes.map((node) => [node.id, branchesOf(node, out.get(node.id) ?? [])]));
}

function mean(neighbours: readonly Neighbour[] | undefined, at: ReadonlyMap<string, number>): number | undefined {
  if (!neighbours || neighbours.length === 0) return undefined;
  return neighbours.reduce((sum, { id, lower }) => sum + (at.get(id) ?? 0) + lower, 0) / neighbours.length;
}

function place(columns: readonly DrawnNode[][], graph: Graph): Places {
  const out = outByNode(graph.edges);
  const extras = { hasProblem: true, hasOverlay: false };
  const heights = columns.map((nodes) => nodes.map((node) => shapeOf(node, out.get(node.id) ?? [], extras).height));
  const totals = heights.map((list) => list.reduce((sum, height) => sum + height + GAP_Y, -GAP_Y));
  const tallest = Math.max(0, ...totals);
  const places: Places = new Map();
  columns.forEach((nodes, column) => {
    let y = Math.round((tallest - (totals[column] ?? 0)) / 2);
    nodes.forEach((node, at) => {
      places.set(node.id, { x: column * (WIDTH + GAP_X), y });
      y += (heights[column]?.[at] ?? 0) + GAP_Y;
    });
  });
  return places;
}
