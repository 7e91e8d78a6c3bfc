import { home } from "../../texts/home";
import { Plot } from "../../ui/plot";
import type { Overview } from "./live";

const hour = new Intl.DateTimeFormat(navigator.language, { weekday: "short", hour: "2-digit", minute: "2-digit" });

export function LeadsPerHour({ hours }: { hours: Overview["hours"] }) {
  const isEmpty = hours.every(({ leads }) => leads === 0);
  return (
    <Plot
      title={home.perHour}
      xLabel={home.hour}
      series={[{ key: "leads", label: home.leads }]}
      rows={isEmpty ? [] : hours.map(({ start, leads }) => ({ x: hour.format(new Date(start)), leads }))}
      empty={
        <>
          <span className="block font-medium text-ink">{home.noLeadsTitle}</span>
          {home.noLeads}
        </>
      }
    />
  );
}
