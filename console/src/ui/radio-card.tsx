import { Label, Radio, RadioGroup } from "react-aria-components";
import { classes } from "./classes";

type Item<Id extends string> = { id: Id; label: string; hint: string; isDisabled?: boolean };

type Props<Id extends string> = {
  label: string;
  items: readonly Item<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  isLabelHidden?: boolean;
  /** Three beside each other where there is room, instead of one below the other. */
  isRow?: boolean;
};

/** One of a few that need explaining: each is a card with what it means. */
export function RadioCards<Id extends string>({ label, items, value, onChange, isLabelHidden, isRow }: Props<Id>) {
  const choose = (id: string) => {
    const item = items.find((one) => one.id === id);
    if (item) onChange(item.id);
  };
  return (
    <RadioGroup value={value} onChange={choose}>
      <Label className={isLabelHidden ? "sr-only" : "mb-1 block font-medium"}>{label}</Label>
      <div className={classes("grid", isRow ? "gap-3 md:grid-cols-3" : "gap-2")}>
        {items.map((item) => (
          <RadioCard key={item.id} {...item} />
        ))}
      </div>
    </RadioGroup>
  );
}

function RadioCard({ id, label, hint, isDisabled = false }: Item<string>) {
  return (
    <Radio
      value={id}
      isDisabled={isDisabled}
      className="group flex cursor-pointer items-start gap-3 rounded-lg border border-line px-3 py-2.5 selected:border-accent selected:bg-accent-soft disabled:opacity-60"
    >
      <span
        aria-hidden
        className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface group-selected:border-accent"
      >
        <span className="size-2 rounded-full group-selected:bg-accent" />
      </span>
      <span>
        <span className="block font-medium">{label}</span>
        <span className="block text-muted text-xs">{hint}</span>
      </span>
    </Radio>
  );
}
