/** Buttons, and links that look like them. */
import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  ProgressBar,
  Tooltip,
  TooltipTrigger,
} from "react-aria-components";
import { Link, type LinkProps } from "react-router";
import { common } from "../texts/common";
import { classes } from "./classes";

type Kind = "primary" | "plain" | "quiet" | "danger";

const SHAPE =
  "inline-flex h-9 items-center justify-center gap-2 rounded-lg px-3 font-medium whitespace-nowrap transition-colors motion-reduce:transition-none disabled:opacity-50 disabled:cursor-not-allowed pending:opacity-70";
const KINDS: Record<Kind, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  plain: "border border-line bg-surface text-ink hover:bg-sunken",
  quiet: "text-ink hover:bg-sunken",
  danger: "bg-bad-soft text-bad hover:outline hover:outline-bad",
};

type ButtonProps = Omit<AriaButtonProps, "className"> & { kind?: Kind; icon?: LucideIcon };

export function Button({ kind = "plain", icon: Icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={classes(SHAPE, KINDS[kind])}>
      {(state) => (
        <>
          {state.isPending ? <Busy /> : Icon && <Icon aria-hidden className="size-4" />}
          {typeof children === "function" ? children({ ...state, defaultChildren: undefined }) : children}
        </>
      )}
    </AriaButton>
  );
}

function Busy() {
  return (
    <ProgressBar aria-label={common.loading} isIndeterminate>
      <LoaderCircle aria-hidden className="size-4 animate-spin motion-reduce:animate-none" />
    </ProgressBar>
  );
}

type IconButtonProps = Omit<AriaButtonProps, "className" | "children"> & {
  label: string;
  icon: LucideIcon;
  isSmall?: boolean;
};

/** A button with a picture only; its label is read out, and shown when the pointer rests on it. */
export function IconButton({ label, icon: Icon, isSmall, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        aria-label={label}
        {...props}
        className={classes(
          "inline-grid shrink-0 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-ink disabled:opacity-40",
          isSmall ? "size-7" : "size-9",
        )}
      >
        <Icon aria-hidden className="size-4" />
      </AriaButton>
      <Tooltip offset={4} className="rounded-md bg-ink px-2 py-1 text-canvas text-xs">
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}

type LinkButtonProps = Omit<LinkProps, "className"> & { kind?: Kind; icon?: LucideIcon };

export function LinkButton({ kind = "plain", icon: Icon, children, ...props }: LinkButtonProps) {
  return (
    <Link {...props} className={classes(SHAPE, KINDS[kind])}>
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </Link>
  );
}

/** A link inside text or a table. */
export function TextLink(props: LinkProps) {
  return <Link {...props} className="text-accent underline-offset-2 hover:underline" />;
}

/** A button inside text or a table that looks like a link: what it names opens beside it. */
export function TextButton({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="break-words text-left text-accent underline-offset-2 hover:underline"
    >
      {children}
    </button>
  );
}
