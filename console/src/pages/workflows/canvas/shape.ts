/** How large a node is and where its ways in and out are: known without measuring, so that 500 of them stay fast. */
import { Position } from "@xyflow/react";
import { branchesOf } from "./branches";
import type { DrawnEdge, DrawnNode } from "./drawing";

export const WIDTH = 216;
export const HEAD = 58;
export const ROW = 26;
export const EXTRA = 30;
export const FOOT = 6;
const PORT = 12;

/** What is shown at a node beside its name: one line for a problem, one for whatever an overlay says. */
export type Extras = Readonly<{ hasProblem: boolean; hasOverlay: boolean }>;

export type Port = Readonly<{ branch: string; x: number; y: number }>;
export type Shape = Readonly<{ height: number; inY: number; ports: readonly Port[] }>;

export function shapeOf(node: DrawnNode, out: readonly DrawnEdge[], extras: Extras): Shape {
  const branches = branchesOf(node, out);
  const top = HEAD + (extras.hasProblem ? ROW : 0);
  const ports = branches.map((branch, at) => ({ branch, x: WIDTH, y: top + at * ROW + ROW / 2 }));
  const height = top + branches.length * ROW + (extras.hasOverlay ? EXTRA : 0) + FOOT;
  return { height, inY: HEAD / 2, ports };
}

/** The edges out of each node, in their order. */
export function outByNode(edges: readonly DrawnEdge[]): Map<string, DrawnEdge[]> {
  const out = new Map<string, DrawnEdge[]>();
  for (const edge of edges) {
    const known = out.get(edge.from_node_id);
    if (known) known.push(edge);
    else out.set(edge.from_node_id, [edge]);
  }
  return out;
}

/** Where xyflow finds the ends of edges at a node that is not on the screen. */
export function handlesOf(shape: Shape) {
  const size = { width: PORT, height: PORT };
  return [
    { id: "in", type: "target" as const, position: Position.Left, x: -PORT / 2, y: shape.inY - PORT / 2, ...size },
    ...shape.ports.map((port) => ({
      id: portId(port.branch),
      type: "source" as const,
      position: Position.Right,
      x: port.x - PORT / 2,
      y: port.y - PORT / 2,
      ...size,
    })),
  ];
}

export const portId = (branch: string): string => `out:${branch}`;
export const branchOfPort = (id: string | null | undefined): string => id?.replace(/^out:/, "") ?? "";
