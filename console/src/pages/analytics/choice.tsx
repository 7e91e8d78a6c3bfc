/** Period and zone: chosen once, kept in the address, for every figure of the page. */
import { useSearchParams } from "react-router";
import { analytics } from "../../texts/analytics";
import { TextField } from "../../ui/field";
import { viewerZone } from "../../ui/format";
import { ComboBox, Select } from "../../ui/select";

type PeriodName = keyof typeof analytics.periods;
export type Query = { period: PeriodName; from: string; to: string; timezone: string };

const USUAL: PeriodName = "30_days";
const PERIODS = Object.entries(analytics.periods).map(([id, label]) => ({ id, label }));
const ZONES = [...new Set([viewerZone, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((id) => ({ id, label: id }));

function isPeriod(name: string | null): name is PeriodName {
  return name !== null && name in analytics.periods;
}

/** What is chosen. `isComplete`: days of one's own are both there. */
export function useChoice() {
  const [params, setParams] = useSearchParams();
  const named = params.get("period");
  const query: Query = {
    period: isPeriod(named) ? named : USUAL,
    from: params.get("from") ?? "",
    to: params.get("to") ?? "",
    timezone: params.get("zone") ?? viewerZone,
  };
  const choose = (changes: Record<string, string>) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(changes)) next.set(name, value);
        if (next.get("period") !== "custom") for (const name of ["from", "to"]) next.delete(name);
        return next;
      },
      { replace: true },
    );
  const isComplete = query.period !== "custom" || (query.from !== "" && query.to !== "");
  return { query, isComplete, choose, workflow: params.get("workflow") };
}

type Props = { query: Query; choose: (changes: Record<string, string>) => void };

export function Choice({ query, choose }: Props) {
  const isCustom = query.period === "custom";
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="w-44">
        <Select
          label={analytics.period}
          items={PERIODS}
          value={query.period}
          onChange={(period) => choose({ period })}
        />
      </div>
      {isCustom && (
        <>
          <TextField label={analytics.from} type="date" value={query.from} onChange={(from) => choose({ from })} />
          <TextField label={analytics.to} type="date" value={query.to} onChange={(to) => choose({ to })} />
        </>
      )}
      <div className="w-60">
        <ComboBox label={analytics.zone} items={ZONES} value={query.timezone} onChange={(zone) => choose({ zone })} />
      </div>
    </div>
  );
}
