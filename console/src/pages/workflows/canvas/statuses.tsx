/** The statuses that leads of the workflow can have: their names, their order, and what each means. */
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { common } from "../../../texts/common";
import { Button, IconButton } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { Checkbox, TextField } from "../../../ui/field";
import { Select } from "../../../ui/select";
import type { DrawingStatus, StatusCategory } from "./content";

const CATEGORIES: readonly StatusCategory[] = ["active", "won", "lost", "paused", "deferred"];
const LONGEST_KEY = 64;

type StatusesProps = Readonly<{
  statuses: readonly DrawingStatus[];
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onChange: (statuses: readonly DrawingStatus[]) => void;
}>;

export function Statuses({ statuses, isOpen, onOpenChange, onChange }: StatusesProps) {
  const [edited, setEdited] = useState(statuses);
  const known = new Set(statuses.map((status) => status.key));
  const change = (at: number, part: Partial<DrawingStatus>) =>
    setEdited(edited.map((status, i) => (i === at ? { ...status, ...part } : status)));
  const beInitial = (at: number) => setEdited(edited.map((status, i) => ({ ...status, is_initial: i === at })));
  const problem = problemOf(edited);
  const done = () => {
    onChange(withKeys(edited, known));
    onOpenChange(false);
  };
  const footer = (
    <>
      <Button onPress={() => onOpenChange(false)}>{common.cancel}</Button>
      <Button kind="primary" onPress={done} isDisabled={problem !== undefined}>
        {texts.statuses.done}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.statuses.title} isOpen={isOpen} onOpenChange={onOpenChange} place="wide" footer={footer}>
      <p className="mb-4 text-muted">{texts.statuses.hint}</p>
      <ul className="flex flex-col gap-2">
        {edited.map((status, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a new status has no key yet
          <li key={at} className="flex flex-wrap items-center gap-2">
            <div className="min-w-40 flex-1">
              <TextField
                isLabelHidden
                label={texts.statuses.name(at + 1)}
                value={status.label}
                onChange={(label) => change(at, { label })}
              />
            </div>
            <div className="w-36">
              <Select
                isLabelHidden
                label={texts.statuses.category(status.label)}
                items={CATEGORIES.map((id) => ({ id, label: texts.statuses.categories[id] }))}
                value={status.category}
                onChange={(category) => change(at, { category: category as StatusCategory })}
              />
            </div>
            <Checkbox
              isSelected={status.is_initial}
              onChange={() => beInitial(at)}
              aria-label={texts.statuses.initialOf(status.label)}
            >
              {texts.statuses.initial}
            </Checkbox>
            <Checkbox
              isSelected={status.is_terminal}
              onChange={(is_terminal) => change(at, { is_terminal })}
              aria-label={texts.statuses.terminalOf(status.label)}
            >
              {texts.statuses.terminal}
            </Checkbox>
            <RowButtons
              label={status.label || String(at + 1)}
              isFirst={at === 0}
              isLast={at === edited.length - 1}
              onMove={(by) => setEdited(swapped(edited, at, at + by))}
              onRemove={() => setEdited(edited.filter((_, i) => i !== at))}
            />
          </li>
        ))}
      </ul>
      <div className="mt-3 flex items-center gap-3">
        <Button icon={Plus} onPress={() => setEdited([...edited, FRESH])}>
          {texts.statuses.add}
        </Button>
        {problem && (
          <p role="alert" className="text-bad">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}

type RowButtonsProps = {
  label: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: number) => void;
  onRemove: () => void;
};

function RowButtons({ label, isFirst, isLast, onMove, onRemove }: RowButtonsProps) {
  return (
    <span className="flex">
      <IconButton
        isSmall
        icon={ArrowUp}
        label={texts.statuses.up(label)}
        isDisabled={isFirst}
        onPress={() => onMove(-1)}
      />
      <IconButton
        isSmall
        icon={ArrowDown}
        label={texts.statuses.down(label)}
        isDisabled={isLast}
        onPress={() => onMove(1)}
      />
      <IconButton isSmall icon={Trash2} label={texts.statuses.remove(label)} onPress={onRemove} />
    </span>
  );
}

const FRESH: DrawingStatus = { key: "", label: "", category: "active", is_initial: false, is_terminal: false };

function swapped(statuses: readonly DrawingStatus[], one: number, other: number): DrawingStatus[] {
  return statuses.map((status, at) => (at === one ? statuses[other] : at === other ? statuses[one] : status) ?? status);
}

function problemOf(statuses: readonly DrawingStatus[]): string | undefined {
  const { problems } = texts.statuses;
  if (statuses.some((status) => status.label.trim() === "")) return problems.nameless;
  if (statuses.filter((status) => status.is_initial).length !== 1) return problems.initial;
  if (!statuses.some((status) => status.is_terminal)) return problems.terminal;
  if (statuses.some((status) => status.is_initial && status.is_terminal)) return problems.both;
  return undefined;
}

/** Statuses that are new get a key made of their name; the others keep theirs. */
function withKeys(statuses: readonly DrawingStatus[], known: ReadonlySet<string>): DrawingStatus[] {
  const taken = new Set(known);
  return statuses.map((status) => {
    if (status.key) return status;
    const plain = status.label
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^[^a-z]+|_+$/g, "");
    const stem = (plain || "status").slice(0, LONGEST_KEY - 4);
    let key = stem;
    for (let count = 2; taken.has(key); count++) key = `${stem}_${count}`;
    taken.add(key);
    return { ...status, key };
  });
}
