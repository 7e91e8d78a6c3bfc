/** Choosing something that we know by name, or naming something else. */
import { useState } from "react";
import { steps as texts } from "../../../../texts/canvas-steps";
import { TextField } from "../../../../ui/field";
import { type Choice, Select } from "../../../../ui/select";

const OTHER = "\u0000other";

type Props = Readonly<{
  label: string;
  items: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
  /** What to call something that is not in the list: "Another number". */
  other: string;
  placeholder: string;
  description?: string;
  error?: string | undefined;
  isRequired?: boolean;
}>;

export function ChoiceOrOther({
  label,
  items,
  value,
  onChange,
  other,
  placeholder,
  description,
  error,
  isRequired,
}: Props) {
  const isKnown = items.some((item) => item.id === value);
  const [isOther, setOther] = useState(false);
  const showsOther = isOther || (value !== "" && !isKnown);
  const choose = (id: string) => {
    setOther(id === OTHER);
    onChange(id === OTHER ? "" : id);
  };
  if (items.length === 0) {
    return <TextField {...{ label, value, onChange, isRequired }} {...about(description, error)} />;
  }
  return (
    <div className="flex flex-col gap-2">
      <Select
        label={label}
        items={[...items, { id: OTHER, label: other }]}
        value={showsOther ? OTHER : value || null}
        onChange={choose}
        placeholder={placeholder}
        {...(isRequired && { isRequired })}
        {...(showsOther ? {} : about(description, error))}
      />
      {showsOther && (
        <TextField label={texts.otherNamed(label)} value={value} onChange={onChange} {...about(description, error)} />
      )}
    </div>
  );
}

export function about(description: string | undefined, error: string | undefined) {
  return { ...(description && { description }), ...(error && { error }) };
}
