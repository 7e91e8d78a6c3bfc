import { steps as texts } from "../../../../texts/canvas-steps";
import { NumberField, TextField } from "../../../../ui/field";
import { Select } from "../../../../ui/select";
import type { Config } from "../drawing";
import { number, text } from "../summary";
import { about } from "./choice";
import { type ConfigForm, withFields } from "./form";

const FROM_ANALYSIS = "postcall_analysis";
const UNITS = ["seconds", "minutes", "hours", "days"] as const;
const HOUR_MINUTES = 60;

const SOURCES = [
  { id: "fixed", label: texts.wait.fixed },
  { id: FROM_ANALYSIS, label: texts.wait.named },
];

/** A wait: some time, or until the lead's own time. */
export function WaitForm({ node: { config }, errorOf, change }: ConfigForm) {
  const isNamed = config.time_source === FROM_ANALYSIS;
  const field = text(config, "pca_field") || text(config, "postcall_analysis_field");
  const choose = (source: string) =>
    change(
      source === FROM_ANALYSIS
        ? withFields(config, { time_source: FROM_ANALYSIS, pca_field: field || texts.wait.usualField })
        : withFields(config, { time_source: "", pca_field: "", postcall_analysis_field: "" }),
      "time_source",
    );
  return (
    <>
      <Select label={texts.wait.howLong} items={SOURCES} value={isNamed ? FROM_ANALYSIS : "fixed"} onChange={choose} />
      {isNamed && (
        <TextField
          label={texts.fields.pca_field ?? ""}
          value={field}
          onChange={(value) =>
            change(withFields(config, { pca_field: value, postcall_analysis_field: "" }), "pca_field")
          }
          {...about(texts.wait.fieldHint, errorOf("pca_field") ?? errorOf("postcall_analysis_field"))}
          isRequired
        />
      )}
      <Duration
        config={config}
        label={isNamed ? texts.wait.instead : texts.wait.time}
        hint={isNamed ? texts.wait.insteadHint : undefined}
        error={errorOf("value") ?? errorOf("delay_hours") ?? errorOf("delay_minutes") ?? errorOf("unit")}
        change={change}
      />
    </>
  );
}

type DurationProps = {
  config: Config;
  label: string;
  hint: string | undefined;
  error: string | undefined;
  change: ConfigForm["change"];
};

function Duration({ config, label, hint, error, change }: DurationProps) {
  const { value, unit } = durationOf(config);
  const set = (amount: number | undefined, of: string) => {
    const given = amount === undefined || Number.isNaN(amount) ? { value: "", unit: "" } : { value: amount, unit: of };
    change(withFields(config, { delay_hours: "", delay_minutes: "", ...given }), "value");
  };
  return (
    <div className="flex items-start gap-2">
      <div className="flex-1">
        <NumberField
          label={label}
          value={value ?? Number.NaN}
          minValue={0}
          onChange={(amount) => set(amount, unit)}
          {...about(hint, error)}
        />
      </div>
      <div className="w-32">
        <Select
          label={texts.wait.unit}
          items={UNITS.map((id) => ({ id, label: texts.wait.units[id] }))}
          value={unit}
          onChange={(of) => set(value ?? 1, of)}
        />
      </div>
    </div>
  );
}

/** Read a duration in any of the forms that the API accepts. */
function durationOf(config: Config): { value: number | undefined; unit: string } {
  const unit = text(config, "unit");
  const hours = number(config, "delay_hours");
  const minutes = number(config, "delay_minutes");
  if (hours !== undefined && minutes !== undefined) return { value: hours * HOUR_MINUTES + minutes, unit: "minutes" };
  if (hours !== undefined) return { value: hours, unit: "hours" };
  if (minutes !== undefined) return { value: minutes, unit: "minutes" };
  return { value: number(config, "value"), unit: unit || "days" };
}
