/** What can be done with the leads that are selected. */
import { Archive, GitBranch, Play, Shuffle, Square, Tag, UserRoundCheck, X } from "lucide-react";
import { useState } from "react";
import { leads as texts } from "../../texts/leads";
import { Button, IconButton } from "../../ui/button";
import { formatNumber } from "../../ui/format";
import { Menu } from "../../ui/menu";
import type { ActionName } from "./bulk";
import { BulkDialog } from "./bulk-dialog";
import type { Choices } from "./choices";
import type { Selection } from "./selection";

type Props = {
  selection: Selection;
  total: number | null;
  totalText: string;
  query: Record<string, string>;
  choices: Choices;
  areAllShown: boolean;
  selectAll: () => void;
  clear: () => void;
};

const ICONS = { add_tag: Tag, assign: UserRoundCheck, enrol: GitBranch } as const;
const FURTHER = [
  ["remove_tag", Tag],
  ["route", Shuffle],
  ["stop", Square],
  ["resume", Play],
  ["archive", Archive],
] as const;

export function BulkBar({ selection, total, totalText, query, choices, areAllShown, selectAll, clear }: Props) {
  const [action, setAction] = useState<ActionName>();
  const count = selection.ids.size;
  const all = total === null ? totalText.toLowerCase() : formatNumber(total);
  const everyOne =
    total === null
      ? { chosen: texts.selectedMany(all), choose: texts.selectMany(all) }
      : { chosen: texts.selectedAll(all), choose: texts.selectAll(all) };
  if (count === 0 && !selection.isAll) return null;
  return (
    <section
      aria-label={texts.bulk}
      className="flex flex-wrap items-center gap-2 rounded-xl border border-accent bg-accent-soft px-4 py-2"
    >
      <p role="status" className="mr-auto font-medium">
        {selection.isAll ? everyOne.chosen : texts.selected(formatNumber(count), count === 1)}
      </p>
      {areAllShown && !selection.isAll && (
        <Button kind="quiet" onPress={selectAll}>
          {everyOne.choose}
        </Button>
      )}
      {(Object.keys(ICONS) as (keyof typeof ICONS)[]).map((name) => (
        <Button key={name} icon={ICONS[name]} onPress={() => setAction(name)}>
          {texts.actions[name]}
        </Button>
      ))}
      <Menu
        label={texts.bulk}
        items={FURTHER.map(([id, icon]) => ({
          id,
          icon,
          label: texts.actions[id],
          isDanger: id === "archive",
          onAction: () => setAction(id),
        }))}
      />
      <IconButton label={texts.clearSelection} icon={X} onPress={clear} />
      {action && (
        <BulkDialog
          action={action}
          which={selection.isAll ? { query } : { ids: [...selection.ids] }}
          howMany={selection.isAll ? all : formatNumber(count)}
          choices={choices}
          onClose={(isDone) => {
            setAction(undefined);
            if (isDone) clear();
          }}
        />
      )}
    </section>
  );
}
