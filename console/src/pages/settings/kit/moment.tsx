/** A moment that is typed: by the viewer's own clock here, in UTC on the wire. */
import { TextField } from "../../../ui/field";

type Props = {
  label: string;
  value: string;
  onChange: (local: string) => void;
  description?: string;
  error?: string;
  isRequired?: boolean;
};

export function MomentField(props: Props) {
  return <TextField {...props} type="datetime-local" />;
}

/** As a field for moments has it: `2026-03-31T09:00`, by the viewer's clock; empty for none. */
export function localOf(iso: string | null): string {
  if (iso === null) return "";
  const moment = new Date(iso);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** As the server has it; null for an empty field. */
export function momentOf(local: string): string | null {
  const moment = new Date(local);
  return local === "" || Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
