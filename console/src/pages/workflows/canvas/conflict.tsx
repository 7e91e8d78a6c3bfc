/** Somebody else was faster: what they did, and whose drawing it shall be. */
import { useMemo } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { type Changes, changesBetween, type WayChange } from "./changes";
import type { Content } from "./content";

type ConflictProps = Readonly<{
  before: Content;
  now: Content;
  isArranged: boolean;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onTake: () => void;
  onOverwrite: () => void;
}>;

export function Conflict({ before, now, isArranged, isOpen, onOpenChange, onTake, onOverwrite }: ConflictProps) {
  const changes = useMemo(() => changesBetween(before, now, isArranged), [before, now, isArranged]);
  const footer = (
    <>
      <Button onPress={() => onOpenChange(false)}>{texts.conflict.later}</Button>
      <Button kind="danger" onPress={onOverwrite}>
        {texts.conflict.overwrite}
      </Button>
      <Button kind="primary" onPress={onTake}>
        {texts.conflict.take}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.conflict.title} isOpen={isOpen} onOpenChange={onOpenChange} footer={footer}>
      <p className="mb-3">{texts.conflict.hint}</p>
      <ChangeList changes={changes} />
    </Dialog>
  );
}

function ChangeList({ changes }: { changes: Changes }) {
  const way = ({ from, branch, to }: WayChange) => texts.panel.connects(from, branch, to);
  const lines: [string, readonly string[]][] = [
    [texts.conflict.added, changes.added.map((node) => node.label)],
    [texts.conflict.removed, changes.removed.map((node) => node.label)],
    [
      texts.conflict.changed,
      changes.changed.map(({ node, parts }) =>
        texts.conflict.parts(
          node.label,
          parts.map((part) => texts.conflict.part[part]),
        ),
      ),
    ],
    [texts.conflict.moved, changes.moved.map((node) => node.label)],
    [texts.conflict.waysAdded, changes.waysAdded.map(way)],
    [texts.conflict.waysRemoved, changes.waysRemoved.map(way)],
    [texts.conflict.statuses, changes.statuses ? [texts.conflict.statusesChanged] : []],
  ];
  return (
    <dl className="flex flex-col gap-3">
      {lines.map(([title, items]) =>
        items.length === 0 ? null : (
          <div key={title}>
            <dt className="font-medium">{title}</dt>
            {items.map((item, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a list that is only read
              <dd key={at} className="break-words pl-4 text-muted">
                {item}
              </dd>
            ))}
          </div>
        ),
      )}
    </dl>
  );
}
