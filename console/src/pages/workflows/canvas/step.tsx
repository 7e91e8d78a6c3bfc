/** One node on the canvas: what it is, what it does, and a port for every way out of it. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleCheck, CircleX, Clock, type LucideIcon, Phone, Split, TriangleAlert, Zap } from "lucide-react";
import { memo } from "react";
import { steps as texts } from "../../../texts/canvas-steps";
import { branchWords } from "./branches";
import type { NodeType } from "./drawing";
import type { StepData, StepNode } from "./flow";
import { EXTRA, HEAD, portId, ROW } from "./shape";

export const ICONS: Record<NodeType, LucideIcon> = {
  VOICE_CALL: Phone,
  TIME: Clock,
  CONDITIONAL: Split,
  APPLICATION: Zap,
  CONVERTED: CircleCheck,
  DROPPED: CircleX,
};

export const TINTS: Record<NodeType, string> = {
  VOICE_CALL: "bg-accent-soft text-accent-strong",
  TIME: "bg-sunken text-muted",
  CONDITIONAL: "bg-info-soft text-info",
  APPLICATION: "bg-warn-soft text-warn",
  CONVERTED: "bg-good-soft text-good",
  DROPPED: "bg-bad-soft text-bad",
};

export const Step = memo(function Step({ data, selected }: NodeProps<StepNode>) {
  const { shape, problems, overlay } = data;
  const tone = overlay?.tone ?? "plain";
  const border = problems.length > 0 ? "border-bad" : tone === "marked" ? "border-accent" : "border-line-strong";
  const ring = selected ? "outline-2 outline-accent outline-offset-2" : "";
  return (
    <div
      className={`h-full rounded-lg border bg-surface text-ink shadow-sm ${border} ${ring} ${tone === "faded" ? "opacity-45" : ""} ${tone === "marked" ? "border-2" : ""}`}
    >
      <Head data={data} />
      {problems.length > 0 && <ProblemLine problems={problems} />}
      {shape.ports.map((port) => (
        <Port key={port.branch} branch={port.branch} data={data} />
      ))}
      {overlay?.content !== undefined && (
        <div className="canvas-overlay flex items-center border-line border-t px-3 text-xs" style={{ height: EXTRA }}>
          {overlay.content}
        </div>
      )}
    </div>
  );
});

function Head({ data: { node, summary, isEditable } }: { data: StepData }) {
  const Icon = ICONS[node.node_type] ?? Zap;
  return (
    <div className="relative flex items-center gap-2.5 px-3" style={{ height: HEAD }}>
      <Handle
        id="in"
        type="target"
        position={Position.Left}
        className="canvas-port"
        isConnectable={isEditable}
        aria-hidden
      />
      <span className={`grid size-8 shrink-0 place-items-center rounded-md ${TINTS[node.node_type] ?? ""}`}>
        <Icon size={17} aria-hidden />
      </span>
      <span className="min-w-0">
        <span className="canvas-name block truncate font-medium text-[13px] leading-5">{node.label}</span>
        <span className="canvas-summary block truncate text-muted text-xs leading-4">
          {summary || texts.kinds[node.node_type]?.name || node.node_type}
        </span>
      </span>
    </div>
  );
}

function ProblemLine({ problems }: { problems: readonly string[] }) {
  return (
    <div className="flex items-center gap-1.5 bg-bad-soft px-3 text-bad text-xs" style={{ height: ROW }}>
      <TriangleAlert size={13} aria-hidden className="shrink-0" />
      <span className="truncate" title={problems.join("\n")}>
        {problems[0]}
      </span>
      {problems.length > 1 && <span className="ml-auto shrink-0 font-medium">+{problems.length - 1}</span>}
    </div>
  );
}

function Port({ branch, data }: { branch: string; data: StepData }) {
  const isUsed = data.used.has(branch);
  return (
    <div
      className="canvas-branch relative flex items-center justify-end pr-4 pl-3 text-muted text-xs"
      style={{ height: ROW }}
    >
      <span className="truncate">{branchWords(data.node.node_type, branch, data.shape.ports.length === 1)}</span>
      <Handle
        id={portId(branch)}
        type="source"
        position={Position.Right}
        className={`canvas-port ${isUsed ? "canvas-port-used" : ""}`}
        isConnectable={data.isEditable}
        aria-hidden
      />
    </div>
  );
}
