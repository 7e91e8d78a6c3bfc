/** Parts of the console that are loaded when they are needed. */
import { type ComponentType, lazy } from "react";
import { isAway, noteAway, onReach } from "../api/reach";

const RELOADED = "reloaded-at";
const SHORTEST_MS = 10_000;

/**
 * As `lazy`; but a part that does not come is waited for, and the page loaded again once the server is there: a browser
 * may remember that a module has failed, and after an upgrade the server has it under another name.
 */
export function lazyPart<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() => load().catch(reloadWhenThere));
}

async function reloadWhenThere(cause: unknown): Promise<never> {
  const last = Number(sessionStorage.getItem(RELOADED));
  if (Date.now() - last < SHORTEST_MS) throw cause;
  noteAway();
  await new Promise<void>((resolve) => {
    const forget = onReach(() => {
      if (isAway()) return;
      forget();
      resolve();
    });
  });
  sessionStorage.setItem(RELOADED, `${Date.now()}`);
  window.location.reload();
  return new Promise(() => {});
}
