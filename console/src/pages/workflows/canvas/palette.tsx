/** What can be added, and a way to find a node in a large drawing. */

import { useMemo, useState } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { steps } from "../../../texts/canvas-steps";
import { TextField } from "../../../ui/field";
import { DRAGGED } from "./board";
import { type DrawnNode, NODE_TYPES, type NodeType } from "./drawing";
import { ICONS, TINTS } from "./step";

const MOST_FOUND = 30;

export function Palette({ onAdd }: { onAdd: (type: NodeType) => void }) {
  return (
    <section aria-labelledby="palette" className="flex flex-col gap-1 p-3">
      <h2 id="palette" className="px-1 font-semibold">
        {texts.palette.title}
      </h2>
      <p className="px-1 pb-1 text-muted text-xs">{texts.palette.hint}</p>
      {NODE_TYPES.map((type) => {
        const Icon = ICONS[type];
        return (
          <button
            key={type}
            type="button"
            draggable
            onDragStart={(event) => {
              event.dataTransfer.setData(DRAGGED, type);
              event.dataTransfer.effectAllowed = "copy";
            }}
            onClick={() => onAdd(type)}
            className="flex cursor-grab items-center gap-2 rounded-lg border border-line bg-surface px-2 py-1.5 text-left hover:border-line-strong hover:bg-sunken"
          >
            <span className={`grid size-7 shrink-0 place-items-center rounded-md ${TINTS[type]}`}>
              <Icon size={15} aria-hidden />
            </span>
            <span className="min-w-0">
              <span className="sr-only">{texts.palette.add}</span>
              <span className="block font-medium text-[13px] leading-4">{steps.kinds[type].name}</span>
              <span className="block truncate text-muted text-xs">{steps.kinds[type].hint}</span>
            </span>
          </button>
        );
      })}
    </section>
  );
}

type FinderProps = { nodes: readonly DrawnNode[]; onFind: (id: string) => void };

export function Finder({ nodes, onFind }: FinderProps) {
  const [wanted, setWanted] = useState("");
  const found = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    return nodes.filter((node) => node.label.toLowerCase().includes(text));
  }, [nodes, wanted]);
  return (
    <section aria-labelledby="finder" className="flex min-h-0 flex-col gap-2 border-line border-t p-3">
      <h2 id="finder" className="px-1 font-semibold">
        {texts.finder.title(nodes.length)}
      </h2>
      <TextField
        isLabelHidden
        label={texts.finder.find}
        placeholder={texts.finder.find}
        value={wanted}
        onChange={setWanted}
      />
      <ul className="flex min-h-0 flex-col overflow-auto">
        {found.slice(0, MOST_FOUND).map((node) => {
          const Icon = ICONS[node.node_type];
          return (
            <li key={node.id}>
              <button
                type="button"
                onClick={() => onFind(node.id)}
                className="flex w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-sunken"
              >
                <Icon size={14} aria-hidden className="shrink-0 text-muted" />
                <span className="truncate">{node.label}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {found.length === 0 && nodes.length > 0 && <p className="px-1 text-muted text-xs">{texts.finder.none}</p>}
      {found.length > MOST_FOUND && (
        <p className="px-1 text-muted text-xs">{texts.finder.more(found.length - MOST_FOUND)}</p>
      )}
    </section>
  );
}
