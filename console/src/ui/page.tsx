/** The frame of a page: its heading with what can be done, cards below it, and what stands where there is nothing. */
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useId } from "react";
import { common } from "../texts/common";
import { classes } from "./classes";

type PageProps = { title: string; hint?: ReactNode; actions?: ReactNode; isWide?: boolean; children: ReactNode };

export function Page({ title, hint, actions, isWide, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  return (
    <div className={classes("mx-auto flex flex-col gap-5 px-6 py-6 lg:px-8", !isWide && "max-w-6xl")}>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="break-words font-semibold text-xl">{title}</h1>
          {hint && <p className="mt-1 max-w-2xl text-muted">{hint}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type CardProps = { title?: string; hint?: ReactNode; actions?: ReactNode; isFlush?: boolean; children: ReactNode };

/** A section on a page. `isFlush` leaves out the space around its content, for tables. */
export function Card({ title, hint, actions, isFlush, children }: CardProps) {
  const heading = useId();
  return (
    <section aria-labelledby={title ? heading : undefined} className="min-w-0 rounded-xl border border-line bg-surface">
      {(title || actions) && (
        <header className="flex flex-wrap items-center justify-between gap-3 px-5 pt-4 pb-1">
          <div className="min-w-48 flex-1">
            {title && (
              <h2 id={heading} className="font-semibold">
                {title}
              </h2>
            )}
            {hint && <p className="text-muted text-xs">{hint}</p>}
          </div>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={isFlush ? "overflow-x-auto pt-2" : "px-5 py-4"}>{children}</div>
    </section>
  );
}

type EmptyProps = { icon?: LucideIcon; title: string; children?: ReactNode; action?: ReactNode };

/** Where a list would be: what it is for, and what to do first. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      {Icon && <Icon aria-hidden className="size-8 text-muted" />}
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-md text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
