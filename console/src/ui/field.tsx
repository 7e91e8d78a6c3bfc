/** Fields of forms: a label, the field, what it is for, and what is wrong with it. */
import { Minus, Plus } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  NumberField as AriaNumberField,
  type NumberFieldProps as AriaNumberFieldProps,
  Switch as AriaSwitch,
  type SwitchProps as AriaSwitchProps,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Group,
  Input,
  Label,
  Text,
} from "react-aria-components";
import { common } from "../texts/common";
import { classes } from "./classes";

export const INPUT =
  "h-9 w-full rounded-lg border border-line-strong bg-surface px-3 text-ink placeholder:text-muted disabled:opacity-50 invalid:border-bad read-only:bg-sunken";

/* What the server refused must not keep the form from being sent again: natively, the browser would stop it. */
type About = { label: string; description?: ReactNode; error?: string; isLabelHidden?: boolean };

/** Label, description and error around a field. */
export function Around({
  label,
  description,
  error,
  isLabelHidden,
  isRequired,
  children,
}: About & { isRequired?: boolean; children: ReactNode }) {
  return (
    <>
      <Label className={isLabelHidden ? "sr-only" : "mb-1 block font-medium"}>
        {label}
        {isRequired && !isLabelHidden && (
          <span aria-hidden className="text-muted">
            {" *"}
          </span>
        )}
      </Label>
      {children}
      {description && (
        <Text slot="description" className="mt-1 block text-muted text-xs">
          {description}
        </Text>
      )}
      <FieldError className="mt-1 block text-bad text-xs">{error}</FieldError>
    </>
  );
}

type TextFieldProps = Omit<AriaTextFieldProps, "children" | "className"> &
  About & { placeholder?: string; isCode?: boolean };

export function TextField({ label, description, error, isLabelHidden, placeholder, isCode, ...props }: TextFieldProps) {
  return (
    <AriaTextField validationBehavior={error ? "aria" : "native"} {...props} isInvalid={error ? true : props.isInvalid}>
      <Around {...{ label, description, error, isLabelHidden }} isRequired={props.isRequired}>
        <Input placeholder={placeholder} className={classes(INPUT, isCode && "font-mono")} />
      </Around>
    </AriaTextField>
  );
}

export function TextArea({
  label,
  description,
  error,
  isLabelHidden,
  placeholder,
  isCode,
  rows = 4,
  ...props
}: TextFieldProps & { rows?: number }) {
  return (
    <AriaTextField validationBehavior={error ? "aria" : "native"} {...props} isInvalid={error ? true : props.isInvalid}>
      <Around {...{ label, description, error, isLabelHidden }} isRequired={props.isRequired}>
        <AriaTextArea
          placeholder={placeholder}
          rows={rows}
          className={classes(INPUT, "h-auto py-2", isCode && "font-mono")}
        />
      </Around>
    </AriaTextField>
  );
}

type NumberFieldProps = Omit<AriaNumberFieldProps, "children" | "className"> & About;

/** A number; NaN when the field is empty. */
export function NumberField({ label, description, error, isLabelHidden, ...props }: NumberFieldProps) {
  const step = "grid w-8 place-items-center text-muted hover:bg-sunken hover:text-ink disabled:opacity-40";
  return (
    <AriaNumberField
      validationBehavior={error ? "aria" : "native"}
      {...props}
      isInvalid={error ? true : props.isInvalid}
    >
      <Around {...{ label, description, error, isLabelHidden }} isRequired={props.isRequired}>
        <Group className="flex h-9 w-full min-w-28 overflow-hidden rounded-lg border border-line-strong bg-surface">
          <Input className="w-full min-w-0 bg-transparent px-3 text-ink disabled:opacity-50" />
          <AriaButton slot="decrement" aria-label={common.decrease} className={step}>
            <Minus aria-hidden className="size-3.5" />
          </AriaButton>
          <AriaButton slot="increment" aria-label={common.increase} className={step}>
            <Plus aria-hidden className="size-3.5" />
          </AriaButton>
        </Group>
      </Around>
    </AriaNumberField>
  );
}

export function Checkbox({
  children,
  ...props
}: Omit<AriaCheckboxProps, "className" | "children"> & { children?: ReactNode }) {
  return (
    <AriaCheckbox {...props} className="group inline-flex items-center gap-2">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span
            aria-hidden
            className="grid size-4 shrink-0 place-items-center rounded border border-line-strong bg-surface text-on-accent group-selected:border-accent group-selected:bg-accent group-indeterminate:border-accent group-indeterminate:bg-accent group-disabled:opacity-50 group-focus-visible:outline-2 group-focus-visible:outline-accent group-focus-visible:outline-offset-2"
          >
            {(isSelected || isIndeterminate) && (
              <svg
                viewBox="0 0 12 12"
                className="size-3"
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                aria-hidden="true"
              >
                <path d={isIndeterminate ? "M2 6h8" : "M2 6.5 5 9l5-6"} />
              </svg>
            )}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}

export function Switch({
  children,
  ...props
}: Omit<AriaSwitchProps, "className" | "children"> & { children?: ReactNode }) {
  return (
    <AriaSwitch {...props} className="group inline-flex items-center gap-2 disabled:opacity-50">
      <span
        aria-hidden
        className="flex h-5 w-9 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors motion-reduce:transition-none group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-accent group-focus-visible:outline-offset-2"
      >
        <span className="size-4 rounded-full bg-surface transition-transform group-selected:translate-x-4" />
      </span>
      {children}
    </AriaSwitch>
  );
}

/** A form whose fields stand one below the other; Enter in a field sends it. */
export function Form({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit();
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-4">
      {children}
    </form>
  );
}
