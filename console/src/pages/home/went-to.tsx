import { home } from "../../texts/home";
import { TextLink } from "../../ui/button";
import { formatNumber, formatShare } from "../../ui/format";
import { Card } from "../../ui/page";
import type { Overview } from "./live";

type Target = Overview["went_to"]["workflows"][number];

export function WentTo({ overview }: { overview: Overview }) {
  const { workflows, reps, parked } = overview.went_to;
  return (
    <Card title={home.wentTo}>
      <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
        <Targets title={home.wentToWorkflows} targets={workflows} link={(id) => `/workflows/${id}`} />
        <Targets title={home.wentToReps} targets={reps} link={() => "/settings/reps"} />
      </div>
      {parked > 0 && <p className="mt-4 text-warn">{home.parked(formatNumber(parked), parked === 1)}</p>}
    </Card>
  );
}

type TargetsProps = { title: string; targets: readonly Target[]; link: (id: string) => string };

function Targets({ title, targets, link }: TargetsProps) {
  const all = targets.reduce((sum, { leads }) => sum + leads, 0);
  const most = Math.max(1, ...targets.map(({ leads }) => leads));
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-muted text-xs">{title}</h3>
      {targets.length === 0 && <p className="text-muted">{home.nobody}</p>}
      <ul className="flex flex-col gap-2">
        {targets.map((target) => (
          <li key={target.id ?? ""} className="grid grid-cols-[minmax(0,9rem)_1fr_auto] items-center gap-3">
            <span className="truncate" title={target.name}>
              {target.id ? <TextLink to={link(target.id)}>{target.name}</TextLink> : home.others(target.others)}
            </span>
            <span aria-hidden className="h-2 rounded-full bg-sunken">
              <span
                className="block h-2 rounded-full bg-(--plot-1)"
                style={{ width: `${(target.leads / most) * 100}%` }}
              />
            </span>
            <span className="tabular-nums" title={formatShare(target.leads / all)}>
              {formatNumber(target.leads)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
