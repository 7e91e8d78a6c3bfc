/** The settings: a list of sections, and the one that is open beside it. */
import { type ComponentType, useId } from "react";
import { Navigate, NavLink, Route, Routes } from "react-router";
import { useMayAdmin } from "../../session/session";
import { settings } from "../../texts/settings";
import { classes } from "../../ui/classes";
import { lazyPart } from "../../ui/lazy";
import { NotFound } from "../../ui/not-found";

type Section = { path: string; label: string; page: ComponentType; isForAdmins?: boolean };
const { sections, groups } = settings;

const GROUPS: readonly { label: string; sections: readonly Section[] }[] = [
  {
    label: groups.people,
    sections: [
      { path: "users", label: sections.users, page: lazyPart(() => import("./users")), isForAdmins: true },
      { path: "reps", label: sections.reps, page: lazyPart(() => import("./reps")) },
      { path: "response-times", label: sections.alerts, page: lazyPart(() => import("./alerts")) },
    ],
  },
  {
    label: groups.calls,
    sections: [
      { path: "phone-numbers", label: sections.numbers, page: lazyPart(() => import("./phone-numbers")) },
      { path: "agents", label: sections.agents, page: lazyPart(() => import("./agents")) },
      { path: "calling-hours", label: sections.hours, page: lazyPart(() => import("./calling-hours")) },
      { path: "do-not-call", label: sections.doNotCall, page: lazyPart(() => import("./do-not-call")) },
    ],
  },
  {
    label: groups.connections,
    sections: [
      { path: "webhooks", label: sections.webhooks, page: lazyPart(() => import("./webhooks")) },
      { path: "lead-hooks", label: sections.hooks, page: lazyPart(() => import("./lead-hooks")) },
      { path: "keys", label: sections.keys, page: lazyPart(() => import("./keys")), isForAdmins: true },
    ],
  },
];

const BASE = "/settings";

export default function SettingsPage() {
  const mayAdmin = useMayAdmin();
  const shown = GROUPS.map((group) => ({
    ...group,
    sections: group.sections.filter((section) => mayAdmin || !section.isForAdmins),
  }));
  return (
    <div className="flex min-h-full max-lg:flex-col">
      <nav
        aria-label={settings.navigation}
        className="shrink-0 border-line p-3 max-lg:flex max-lg:overflow-x-auto max-lg:border-b lg:w-48 lg:border-r lg:pt-6"
      >
        {shown.map((group) => (
          <Links key={group.label} label={group.label} sections={group.sections} />
        ))}
      </nav>
      <div className="min-w-0 flex-1">
        <Routes>
          <Route index element={<Navigate to={`${BASE}/reps`} replace />} />
          {GROUPS.flatMap((group) => group.sections).map(({ path, page: Section }) => (
            <Route key={path} path={`${path}/*`} element={<Section />} />
          ))}
          <Route path="*" element={<NotFound />} />
        </Routes>
      </div>
    </div>
  );
}

function Links({ label, sections }: { label: string; sections: readonly Section[] }) {
  const heading = useId();
  return (
    <div className="max-lg:flex max-lg:items-center lg:mb-4">
      <p id={heading} className="px-2.5 pb-1 font-medium text-muted text-xs max-lg:sr-only">
        {label}
      </p>
      <ul aria-labelledby={heading} className="flex flex-col gap-0.5 max-lg:flex-row">
        {sections.map((section) => (
          <li key={section.path}>
            <NavLink
              to={`${BASE}/${section.path}`}
              className={({ isActive }) =>
                classes(
                  "block whitespace-nowrap rounded-lg px-2.5 py-1.5 font-medium",
                  isActive ? "bg-accent-soft text-accent" : "text-muted hover:bg-sunken hover:text-ink",
                )
              }
            >
              {section.label}
            </NavLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
