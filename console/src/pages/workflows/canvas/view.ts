/** Where a canvas is opened: the whole drawing when that is readable, else where leads enter or where one stands. */
import { useReactFlow, useStore, type Viewport } from "@xyflow/react";
import { type CSSProperties, useEffect, useRef } from "react";
import type { StepNode, WayEdge } from "./flow";
import { WIDTH } from "./shape";

/** The least zoom at which a drawing opens as a whole, that of a drawing put in order, and that of any other. */
const READABLE = 0.4;
export const SURVEYED = 0.15;
const COMFORTABLE = 0.7;

/** From here down names are written larger: see `data-far` in canvas.css. */
const FAR = 0.65;

const MARGIN = 24;
const LOWEST_REM = 18;
const HIGHEST_REM = 34;

export const FIT = { padding: 0.05, maxZoom: 1 };

type Size = { width: number; height: number };
type Placed = Pick<StepNode, "id" | "position" | "height">;
type Bounds = { left: number; right: number; top: number; bottom: number };
type OpeningProps = {
  nodes: readonly StepNode[];
  edges: readonly WayEdge[];
  /** The node that must be seen when not all can. */
  focus?: string | undefined;
  /** Open it anew whenever something grows, until somebody has moved the picture. */
  isFollowing?: boolean;
};

/** Opens the canvas as soon as it has a size. Stands inside of `ReactFlow`. */
export function OpeningView({ nodes, edges, focus, isFollowing }: OpeningProps) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const canvas = useStore((state) => state.domNode);
  const isFar = useStore((state) => state.transform[2] < FAR);
  const opened = useRef<Viewport>(undefined);
  useEffect(() => {
    canvas?.toggleAttribute("data-far", isFar);
  }, [canvas, isFar]);
  useEffect(() => {
    if (width === 0 || height === 0) return;
    if (opened.current && !(isFollowing && isSame(opened.current, flow.getViewport()))) return;
    opened.current = viewOf(nodes, boundsOf(nodes, edges), { width, height }, { focus });
    void flow.setViewport(opened.current);
  }, [flow, nodes, edges, focus, isFollowing, width, height]);
  return null;
}

type ViewOptions = { least?: number; focus?: string | undefined };

export function viewOf(
  nodes: readonly Placed[],
  { left, right, top, bottom }: Bounds,
  { width, height }: Size,
  { least = READABLE, focus }: ViewOptions,
): Viewport {
  if (nodes.length === 0) return { x: 2 * MARGIN, y: height / 3, zoom: 1 };
  const zoom = Math.min(width / (right - left), height / (bottom - top), 1);
  if (zoom >= least) {
    const x = (width - (left + right) * zoom) / 2;
    return { x, y: (height - (top + bottom) * zoom) / 2, zoom };
  }
  const shown = nodes.find((node) => node.id === focus);
  const node = shown ?? nodes.reduce((first, one) => (one.position.x < first.position.x ? one : first));
  const isFlat = (bottom - top) * COMFORTABLE < height;
  const middle = isFlat ? (top + bottom) / 2 : node.position.y + (node.height ?? 0) / 2;
  const x = shown ? width / 2 - (node.position.x + WIDTH / 2) * COMFORTABLE : -left * COMFORTABLE;
  return { x, y: height / 2 - middle * COMFORTABLE, zoom: COMFORTABLE };
}

/** What a drawing takes, with a margin: its nodes, and the ways that go round them. */
export function boundsOf(nodes: readonly Placed[], edges: readonly WayEdge[]): Bounds {
  const lanes = edges.flatMap((edge) => edge.data?.lane ?? []);
  return {
    left: Math.min(...nodes.map((node) => node.position.x)) - MARGIN,
    right: Math.max(...nodes.map((node) => node.position.x + WIDTH)) + MARGIN,
    top: Math.min(...nodes.map((node) => node.position.y), ...lanes) - MARGIN,
    bottom: Math.max(...nodes.map((node) => node.position.y + (node.height ?? 0)), ...lanes) + MARGIN,
  };
}

/** As high as the whole drawing is when it is as wide as its place, within limits. */
export function heightFor({ left, right, top, bottom }: Bounds): CSSProperties {
  return {
    aspectRatio: `${right - left} / ${bottom - top}`,
    minHeight: `${LOWEST_REM}rem`,
    maxHeight: `min(${HIGHEST_REM}rem, ${bottom - top}px)`,
  };
}

function isSame(one: Viewport, other: Viewport): boolean {
  return one.x === other.x && one.y === other.y && one.zoom === other.zoom;
}
