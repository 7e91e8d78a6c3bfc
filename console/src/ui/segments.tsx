import { ToggleButton, ToggleButtonGroup } from "react-aria-components";

type Props<Id extends string> = {
  label: string;
  items: readonly { id: Id; label: string }[];
  value: Id;
  onChange: (id: Id) => void;
};

/** One of a few, all of them in sight. */
export function Segments<Id extends string>({ label, items, value, onChange }: Props<Id>) {
  const choose = (keys: Set<string | number>) => {
    const item = items.find(({ id }) => keys.has(id));
    if (item) onChange(item.id);
  };
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={choose}
      className="flex gap-0.5 rounded-lg bg-sunken p-0.5"
    >
      {items.map((item) => (
        <ToggleButton
          key={item.id}
          id={item.id}
          className="h-8 rounded-md px-2.5 text-muted text-xs hover:text-ink selected:bg-surface selected:font-medium selected:text-ink selected:shadow-sm"
        >
          {item.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
