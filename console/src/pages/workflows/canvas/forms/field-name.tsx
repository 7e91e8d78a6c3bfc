/** The name of something that a condition looks at, with the usual ones to choose from. */
import { steps as texts } from "../../../../texts/canvas-steps";
import { ComboBox } from "../../../../ui/select";
import type { Choices } from "../api";

type Props = Readonly<{
  label: string;
  value: string;
  onChange: (value: string) => void;
  choices: Choices;
  error?: string | undefined;
  isLabelHidden?: boolean;
}>;

export function FieldName({ choices, error, ...props }: Props) {
  const known = new Set<string>(texts.branch.knownFields.map((field) => field.id));
  const items = [
    ...texts.branch.knownFields,
    ...choices.variables
      .map((key) => ({ id: `metadata.${key}`, label: `metadata.${key}`, hint: texts.branch.column }))
      .filter((field) => !known.has(field.id)),
  ].map((field) => ({ ...field, label: field.id, hint: field.hint }));
  return (
    <ComboBox
      {...props}
      items={items}
      placeholder={texts.branch.chooseField}
      isFree
      isRequired
      {...(error && { error })}
    />
  );
}
