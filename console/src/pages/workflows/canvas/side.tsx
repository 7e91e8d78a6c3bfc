/** What stands beside the canvas while no single node is open: what is missing, or what was chosen. */
import { CircleCheck, Copy, Trash2, TriangleAlert } from "lucide-react";
import { canvas as texts } from "../../../texts/canvas";
import { Button } from "../../../ui/button";
import { wayWords } from "./changes";
import type { DrawnEdge, DrawnNode } from "./drawing";
import type { Problems } from "./use-problems";

export function Checklist({ problems, onOpen }: { problems: Problems; onOpen: (id: string) => void }) {
  const { list } = problems;
  return (
    <section aria-labelledby="checklist" className="flex flex-col gap-3 p-4">
      <h2 id="checklist" className="font-semibold">
        {texts.checklist.title}
      </h2>
      <p aria-live="polite" className={list.length === 0 ? "flex items-center gap-2 text-good" : "text-muted"}>
        {list.length === 0 && <CircleCheck aria-hidden className="size-4" />}
        {list.length === 0 ? texts.checklist.ready : texts.checklist.left(list.length)}
      </p>
      <ul className="flex flex-col gap-1">
        {list.map(({ id, nodeId, nodeLabel, words }) => (
          <li key={id}>
            {nodeId === null ? (
              <span className="flex gap-2 px-2 py-1.5">
                <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
                {words}
              </span>
            ) : (
              <button
                type="button"
                onClick={() => onOpen(nodeId)}
                className="flex w-full gap-2 rounded-lg px-2 py-1.5 text-left hover:bg-sunken"
              >
                <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
                <span className="min-w-0">
                  <span className="block truncate font-medium">{nodeLabel}</span>
                  <span className="block text-muted text-xs">{words}</span>
                </span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

type EdgePanelProps = Readonly<{
  edge: DrawnEdge;
  nodes: readonly DrawnNode[];
  onRemove: () => void;
  isReadOnly: boolean;
}>;

export function EdgePanel({ edge, nodes, onRemove, isReadOnly }: EdgePanelProps) {
  const { from, to, branch } = wayWords(edge, new Map(nodes.map((node) => [node.id, node])));
  return (
    <section className="flex flex-col items-start gap-4 p-4">
      <h2 className="font-semibold">{texts.panel.connection}</h2>
      <p>{texts.panel.connects(from, branch, to)}</p>
      {!isReadOnly && (
        <Button icon={Trash2} kind="danger" onPress={onRemove}>
          {texts.panel.removeConnection}
        </Button>
      )}
    </section>
  );
}

type SeveralPanelProps = Readonly<{
  count: number;
  onRemove: () => void;
  onDuplicate: () => void;
  isReadOnly: boolean;
}>;

export function SeveralPanel({ count, onRemove, onDuplicate, isReadOnly }: SeveralPanelProps) {
  return (
    <section className="flex flex-col items-start gap-4 p-4">
      <h2 className="font-semibold">{texts.panel.several(count)}</h2>
      {!isReadOnly && (
        <div className="flex gap-2">
          <Button icon={Copy} onPress={onDuplicate}>
            {texts.panel.duplicate}
          </Button>
          <Button icon={Trash2} kind="danger" onPress={onRemove}>
            {texts.panel.remove}
          </Button>
        </div>
      )}
    </section>
  );
}
