/** Where a new node is put: beside the one it follows, on free ground. */
import { steps as texts } from "../../../texts/canvas-steps";
import { type Config, type DrawnNode, type Graph, type NodeType, newNodeId } from "./drawing";
import { WIDTH } from "./shape";

const GAP_X = 88;
const STEP_Y = 40;
const TALL = 170;

type Point = { x: number; y: number };

export function placeAfter(graph: Graph, node: DrawnNode | undefined): Point {
  const last = node ?? graph.nodes.at(-1);
  if (!last) return { x: 0, y: 0 };
  const place = { x: last.position_x + WIDTH + GAP_X, y: last.position_y };
  while (graph.nodes.some((other) => isNear(other, place))) place.y += STEP_Y;
  return place;
}

function isNear(node: DrawnNode, { x, y }: Point): boolean {
  return Math.abs(node.position_x - x) < WIDTH + 20 && Math.abs(node.position_y - y) < TALL;
}

/** A new node with a name of its own; a call speaks as the last one does. */
export function makeNode(graph: Graph, type: NodeType, place: Point): DrawnNode {
  return {
    id: newNodeId(),
    node_type: type,
    label: freshLabel(graph, texts.kinds[type].name),
    position_x: Math.round(place.x),
    position_y: Math.round(place.y),
    config: usualConfig(graph, type),
  };
}

function freshLabel(graph: Graph, name: string): string {
  const taken = new Set(graph.nodes.map((node) => node.label));
  let label = name;
  for (let count = 2; taken.has(label); count++) label = `${name} ${count}`;
  return label;
}

function usualConfig(graph: Graph, type: NodeType): Config {
  if (type === "VOICE_CALL") return graph.nodes.findLast((node) => node.node_type === type)?.config ?? {};
  return type === "CONDITIONAL" ? { condition_field: "", branches: [] } : {};
}
