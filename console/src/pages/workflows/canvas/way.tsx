/** One edge on the canvas, with the outcome that leads this way. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import type { WayEdge } from "./flow";
import { lanePath } from "./lanes";

const STROKES = { plain: "var(--line-strong)", marked: "var(--accent)", faded: "var(--line)" } as const;

export const Way = memo(function Way(props: EdgeProps<WayEdge>) {
  const { data, selected, markerEnd } = props;
  const { path, x, y } = routeOf(props);
  const tone = data?.overlay?.tone ?? "plain";
  // A short way starts at the name of its branch; one that goes far is named again on its way.
  const shown = data?.overlay?.content ?? (data?.lane === undefined ? "" : data.words);
  const stroke = selected ? "var(--accent)" : STROKES[tone];
  return (
    <>
      <BaseEdge
        path={path}
        {...(markerEnd && { markerEnd })}
        style={{ stroke, strokeWidth: selected || tone === "marked" ? 2.5 : 1.5 }}
        interactionWidth={18}
      />
      {shown && (
        <EdgeLabelRenderer>
          <span
            className={`canvas-way absolute max-w-36 truncate rounded bg-canvas px-1.5 text-[11px] ${tone === "faded" ? "text-muted opacity-60" : "text-muted"} ${tone === "marked" ? "font-medium text-accent-strong" : ""}`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {shown}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function routeOf(props: EdgeProps<WayEdge>): { path: string; x: number; y: number } {
  const { sourceX, sourceY, targetX, targetY, data } = props;
  if (data?.lane === undefined) {
    const [path, x, y] = getBezierPath(props);
    return { path, x, y };
  }
  const { path, middle } = lanePath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, data.lane);
  return { path, ...middle };
}
