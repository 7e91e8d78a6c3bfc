import { steps as texts } from "../../../../texts/canvas-steps";
import { Select } from "../../../../ui/select";
import { text } from "../summary";
import { type ConfigForm, withFields } from "./form";

const USUAL = "\u0000usual";

/** An end: which status the lead gets. */
export function EndForm({ node, statuses, errorOf, change }: ConfigForm) {
  const category = node.node_type === "CONVERTED" ? "won" : "lost";
  const usual = statuses.find((status) => status.is_terminal && status.category === category);
  const key = text(node.config, "status_key");
  const items = statuses.filter((status) => status.is_terminal).map(({ key: id, label }) => ({ id, label }));
  const unknown = key && !items.some((item) => item.id === key) ? [{ id: key, label: texts.end.unknown(key) }] : [];
  const error = errorOf("status_key");
  return (
    <Select
      label={texts.fields.status_key ?? ""}
      items={[{ id: USUAL, label: texts.end.usual(usual?.label ?? texts.end.none) }, ...items, ...unknown]}
      value={key || USUAL}
      onChange={(id) => change(withFields(node.config, { status_key: id === USUAL ? "" : id }), "status_key")}
      description={texts.end.hint}
      {...(error && { error })}
    />
  );
}
