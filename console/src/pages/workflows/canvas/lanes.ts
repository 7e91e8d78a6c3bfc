/** Ways that would run behind other nodes go round them, above or below, in lanes of their own. */
import type { DrawnEdge, DrawnNode, Graph } from "./drawing";
import { type Shape, WIDTH } from "./shape";

/** How far a lane keeps from nodes, and from the next lane. */
const CLEAR = 22;
const APART = 12;
const MOST_NODES = 1500;

type Box = { left: number; right: number; top: number; bottom: number };
type Taken = { left: number; right: number; y: number; to: string };

/** The height of the lane of every edge that needs one, by the edge's id. */
export function lanesOf(graph: Graph, shapes: ReadonlyMap<string, Shape>): Map<string, number> {
  const lanes = new Map<string, number>();
  if (graph.nodes.length > MOST_NODES) return lanes;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const boxes = graph.nodes.map((node) => boxOf(node, shapes)).sort((a, b) => a.left - b.left);
  const taken: Taken[] = [];
  for (const edge of graph.edges) {
    const from = nodes.get(edge.from_node_id);
    const to = nodes.get(edge.to_node_id);
    if (!from || !to) continue;
    const lane = laneOf(edge, from, to, boxes, shapes, taken);
    if (lane !== undefined) lanes.set(edge.id, lane);
  }
  return lanes;
}

function laneOf(
  edge: DrawnEdge,
  from: DrawnNode,
  to: DrawnNode,
  boxes: readonly Box[],
  shapes: ReadonlyMap<string, Shape>,
  taken: Taken[],
): number | undefined {
  const start = { x: from.position_x + WIDTH, y: from.position_y + portY(edge, shapes.get(from.id)) };
  const end = { x: to.position_x, y: to.position_y + (shapes.get(to.id)?.inY ?? 0) };
  const isBack = end.x < start.x;
  const [left, right] = isBack ? [to.position_x, from.position_x + WIDTH] : [start.x, end.x];
  const top = Math.min(start.y, end.y) - CLEAR;
  const bottom = Math.max(start.y, end.y) + CLEAR;
  const between = boxes.filter((box) =>
    isBack ? box.right > left && box.left < right : box.left >= left && box.right <= right,
  );
  if (!isBack && !between.some((box) => box.bottom > top && box.top < bottom)) return undefined;
  const above = Math.min(...between.map((box) => box.top)) - CLEAR;
  const below = Math.max(...between.map((box) => box.bottom)) + CLEAR;
  const goesUp = !isBack && start.y + end.y - 2 * above <= 2 * below - start.y - end.y;
  let y = goesUp ? above : below;
  while (
    taken.some((lane) => lane.to !== to.id && lane.left < right && lane.right > left && Math.abs(lane.y - y) < APART)
  ) {
    y += goesUp ? -APART : APART;
  }
  taken.push({ left, right, y, to: to.id });
  return y;
}

function portY(edge: DrawnEdge, shape: Shape | undefined): number {
  return shape?.ports.find((port) => port.branch === (edge.label ?? ""))?.y ?? 0;
}

function boxOf(node: DrawnNode, shapes: ReadonlyMap<string, Shape>): Box {
  const { position_x: left, position_y: top } = node;
  return { left, right: left + WIDTH, top, bottom: top + (shapes.get(node.id)?.height ?? 0) };
}

type Point = { x: number; y: number };

const TURN = 24;
const ROUND = 12;

/** Draw a way through its lane, with round corners; also say where its middle is. */
export function lanePath(start: Point, end: Point, lane: number): { path: string; middle: Point } {
  const first = start.x + TURN;
  const last = end.x - TURN;
  const points = [
    start,
    { x: first, y: start.y },
    { x: first, y: lane },
    { x: last, y: lane },
    { x: last, y: end.y },
    end,
  ];
  return { path: rounded(points), middle: { x: (first + last) / 2, y: lane } };
}

function rounded(points: readonly Point[]): string {
  const parts: string[] = [];
  points.forEach((point, at) => {
    const before = points[at - 1];
    const after = points[at + 1];
    if (!before) parts.push(`M${point.x},${point.y}`);
    else if (!after) parts.push(`L${point.x},${point.y}`);
    else {
      const into = towards(point, before);
      const out = towards(point, after);
      parts.push(`L${into.x},${into.y} Q${point.x},${point.y} ${out.x},${out.y}`);
    }
  });
  return parts.join(" ");
}

/** A point a little way from a corner towards another point. */
function towards(corner: Point, other: Point): Point {
  const length = Math.abs(other.x - corner.x) + Math.abs(other.y - corner.y);
  const share = length === 0 ? 0 : Math.min(ROUND, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}
