/** Choosing one of several: from a short list, or by typing into a long one. */
import { Check, ChevronDown } from "lucide-react";
import {
  Button as AriaButton,
  ComboBox as AriaComboBox,
  Select as AriaSelect,
  Group,
  Input,
  type Key,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
import { common } from "../texts/common";
import { classes } from "./classes";
import { Around, INPUT } from "./field";

export type Choice = { id: string; label: string; hint?: string; isDisabled?: boolean };

type Props = {
  label: string;
  items: readonly Choice[];
  /** Id of the chosen one, or null. */
  value: string | null;
  onChange: (id: string) => void;
  description?: string;
  error?: string;
  placeholder?: string;
  isLabelHidden?: boolean;
  isRequired?: boolean;
  isDisabled?: boolean;
};

const LIST = "max-h-80 min-w-(--trigger-width) overflow-auto rounded-lg border border-line bg-surface p-1 shadow-lg";

export function Select({
  label,
  items,
  value,
  onChange,
  description,
  error,
  placeholder,
  isLabelHidden,
  ...props
}: Props) {
  return (
    <AriaSelect
      {...props}
      validationBehavior={error ? "aria" : "native"}
      isInvalid={Boolean(error)}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      placeholder={placeholder ?? common.none}
    >
      <Around {...{ label, description, error, isLabelHidden }} isRequired={props.isRequired}>
        <AriaButton className={classes(INPUT, "flex items-center justify-between gap-2 text-left")}>
          <SelectValue className="truncate">
            {({ selectedText, isPlaceholder, defaultChildren }) =>
              isPlaceholder ? <span className="text-muted">{defaultChildren}</span> : selectedText
            }
          </SelectValue>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </AriaButton>
      </Around>
      <Choices items={items} />
    </AriaSelect>
  );
}

type ComboProps = Props & {
  /** With these, any text may be typed: what was typed is the value. */
  isFree?: boolean;
  inputValue?: string;
  onInputChange?: (text: string) => void;
};

/** A list that is searched by typing. With `isFree`, `value` is text and need not be one of the items. */
export function ComboBox({
  label,
  items,
  value,
  onChange,
  description,
  error,
  placeholder,
  isLabelHidden,
  isFree,
  inputValue,
  onInputChange,
  ...props
}: ComboProps) {
  const shown = isFree
    ? { inputValue: value ?? "", onInputChange: onChange }
    : { inputValue, onInputChange, selectedKey: value };
  const choose = (key: Key | null) => key !== null && onChange(String(key));
  return (
    <AriaComboBox
      {...props}
      {...shown}
      allowsCustomValue={isFree}
      validationBehavior={error ? "aria" : "native"}
      isInvalid={Boolean(error)}
      onSelectionChange={choose}
      menuTrigger="focus"
      defaultItems={items}
      allowsEmptyCollection={false}
    >
      <Around {...{ label, description, error, isLabelHidden }} isRequired={props.isRequired}>
        <Group className="relative">
          <Input placeholder={placeholder} className={classes(INPUT, "pr-9")} />
          <AriaButton
            aria-label={common.showOptions}
            className="absolute inset-y-0 right-0 grid w-9 place-items-center text-muted"
          >
            <ChevronDown aria-hidden className="size-4" />
          </AriaButton>
        </Group>
      </Around>
      <Choices />
    </AriaComboBox>
  );
}

function Choices({ items }: { items?: readonly Choice[] }) {
  return (
    <Popover offset={4} className={LIST}>
      <ListBox<Choice> items={items} className="outline-none">
        {(item) => (
          <ListBoxItem
            id={item.id}
            textValue={item.label}
            isDisabled={item.isDisabled}
            className="group flex items-start gap-2 rounded-md px-2 py-1.5 outline-none focus:bg-accent-soft disabled:opacity-50"
          >
            <Check aria-hidden className="invisible mt-0.5 size-4 shrink-0 text-accent group-selected:visible" />
            <span className="min-w-0">
              <span className="block break-words">{item.label}</span>
              {item.hint && (
                <span slot="description" className="block text-muted text-xs">
                  {item.hint}
                </span>
              )}
            </span>
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  );
}
