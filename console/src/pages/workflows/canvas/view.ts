/** Where a canvas is opened: the whole drawing when that is readable, else where leads enter. */
import { useReactFlow, useStore, type Viewport } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { StepNode } from "./flow";
import { WIDTH } from "./shape";

const READABLE = 0.5;
const COMFORTABLE = 0.8;
const MARGIN = 48;

export const FIT = { padding: 0.08, maxZoom: 1 };

type Size = { width: number; height: number };
type Placed = Pick<StepNode, "position" | "height">;

/** Opens the canvas once, as soon as it has a size. Stands inside of `ReactFlow`. */
export function OpeningView({ nodes }: { nodes: readonly StepNode[] }) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const isOpened = useRef(false);
  useEffect(() => {
    if (isOpened.current || width === 0 || height === 0) return;
    isOpened.current = true;
    void flow.setViewport(viewOf(nodes, { width, height }));
  }, [flow, nodes, width, height]);
  return null;
}

export function viewOf(nodes: readonly Placed[], { width, height }: Size): Viewport {
  if (nodes.length === 0) return { x: MARGIN, y: height / 3, zoom: 1 };
  const left = Math.min(...nodes.map((node) => node.position.x));
  const right = Math.max(...nodes.map((node) => node.position.x + WIDTH));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const bottom = Math.max(...nodes.map((node) => node.position.y + (node.height ?? 0)));
  const fitting = Math.min((width - 2 * MARGIN) / (right - left), (height - 2 * MARGIN) / (bottom - top), 1);
  if (fitting >= READABLE) {
    const x = (width - (left + right) * fitting) / 2;
    return { x, y: (height - (top + bottom) * fitting) / 2, zoom: fitting };
  }
  const entry = nodes.reduce((first, node) => (node.position.x < first.position.x ? node : first));
  const middle =
    (bottom - top) * COMFORTABLE < height ? (top + bottom) / 2 : entry.position.y + (entry.height ?? 0) / 2;
  return { x: MARGIN - left * COMFORTABLE, y: height / 2 - middle * COMFORTABLE, zoom: COMFORTABLE };
}
