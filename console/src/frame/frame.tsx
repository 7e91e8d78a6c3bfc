/** What stands around every page: the way to the others, who is signed in, and whether the server is there. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  ChartColumn,
  Code,
  GitFork,
  House,
  KeyRound,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Settings,
  Sun,
  Upload,
  Users,
  Waypoints,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { NavLink } from "react-router";
import { call } from "../api/client";
import { useSession } from "../session/session";
import { common } from "../texts/common";
import { Button } from "../ui/button";
import { classes } from "../ui/classes";
import { Logo } from "../ui/logo";
import { Menu } from "../ui/menu";
import { toastProblem } from "../ui/toast";
import { Away } from "./away";
import { PasswordDialog } from "./password";
import { applyTheme } from "./theme";

const PAGES: readonly { to: string; label: string; icon: LucideIcon }[] = [
  { to: "/", label: common.home, icon: House },
  { to: "/leads", label: common.leads, icon: Users },
  { to: "/rules", label: common.rules, icon: GitFork },
  { to: "/workflows", label: common.workflows, icon: Waypoints },
  { to: "/import", label: common.import, icon: Upload },
  { to: "/analytics", label: common.analytics, icon: ChartColumn },
  { to: "/playground", label: common.playground, icon: Code },
  { to: "/settings", label: common.settings, icon: Settings },
];

export function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-full flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
        {common.skip}
      </a>
      <Away />
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <aside className="flex shrink-0 flex-col gap-4 border-line bg-surface p-3 max-md:flex-row max-md:items-center max-md:border-b md:w-52 md:border-r">
          <div className="px-2 py-2 max-md:hidden">
            <Logo />
          </div>
          <nav
            aria-label={common.navigation}
            className="flex flex-1 flex-col gap-0.5 max-md:flex-row max-md:overflow-x-auto"
          >
            {PAGES.map(({ to, label, icon: Icon }) => (
              <NavLink
                key={to}
                to={to}
                end={to === "/"}
                className={({ isActive }) =>
                  classes(
                    "flex items-center gap-2.5 rounded-lg px-2.5 py-2 font-medium",
                    isActive ? "bg-accent-soft text-accent" : "text-muted hover:bg-sunken hover:text-ink",
                  )
                }
              >
                <Icon aria-hidden className="size-4" />
                {label}
              </NavLink>
            ))}
          </nav>
          <Account />
        </aside>
        <main id="content" tabIndex={-1} className="min-h-0 min-w-0 flex-1 overflow-auto outline-none">
          {children}
        </main>
      </div>
    </div>
  );
}

function Account() {
  const { user } = useSession();
  const queries = useQueryClient();
  const [isChanging, setChanging] = useState(false);
  const signOut = useMutation({
    mutationFn: () => call.DELETE("/console/session"),
    onSuccess: () => {
      sessionStorage.clear();
      queries.clear();
      window.location.assign("/");
    },
    onError: toastProblem,
  });
  const trigger = (
    <Button kind="quiet">
      <span className="min-w-0 text-left">
        <span className="sr-only">{common.account}: </span>
        <span className="block truncate">{user.name}</span>
        <span className="block text-muted text-xs">{common.role[user.role]}</span>
      </span>
    </Button>
  );
  return (
    <div className="flex [&>button]:h-auto [&>button]:w-full [&>button]:justify-start [&>button]:py-1.5">
      <Menu
        label={common.account}
        trigger={trigger}
        items={[
          { id: "system", label: common.themes.system, icon: Monitor, onAction: () => applyTheme("system") },
          { id: "light", label: common.themes.light, icon: Sun, onAction: () => applyTheme("light") },
          { id: "dark", label: common.themes.dark, icon: Moon, onAction: () => applyTheme("dark") },
          { id: "password", label: common.changePassword, icon: KeyRound, onAction: () => setChanging(true) },
          { id: "out", label: common.signOut, icon: LogOut, onAction: () => signOut.mutate() },
        ]}
      />
      <PasswordDialog isOpen={isChanging} onOpenChange={setChanging} />
    </div>
  );
}
