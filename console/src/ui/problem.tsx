/** What went wrong, in words, where it went wrong. */
import { Component, type ReactNode } from "react";
import { Problem, Unreachable } from "../api/problem";
import { common } from "../texts/common";
import { Button } from "./button";

export function messageOf(error: unknown): string {
  if (error instanceof Unreachable) return common.unreachable;
  if (error instanceof Problem && error.status === 403) return `${common.noAccess} (${error.message})`;
  if (error instanceof Error && error.message) return error.message;
  return common.failed;
}

export function ProblemBox({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null;
  return (
    <div role="alert" className="flex items-start justify-between gap-3 rounded-lg bg-bad-soft px-3 py-2 text-bad">
      <span className="whitespace-pre-line break-words">{messageOf(error)}</span>
      {onRetry && <Button onPress={onRetry}>{common.tryAgain}</Button>}
    </div>
  );
}

/** Keeps a page that breaks from taking the others with it. */
export class Guard extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div role="alert" className="m-8 flex max-w-lg flex-col items-start gap-3">
        <h1 className="font-semibold text-lg">{common.crashed}</h1>
        <p className="text-muted">{common.crashedHint}</p>
        <Button onPress={() => window.location.reload()}>{common.reload}</Button>
      </div>
    );
  }
}
