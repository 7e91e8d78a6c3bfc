/** Parts of the console that are loaded when they are needed. */
import { type ComponentType, useEffect, useState } from "react";
import { isAway, noteAway, onReach } from "../api/reach";
import { Loading } from "./loading";

const RELOADED = "reloaded-at";
const SHORTEST_MS = 10_000;

/**
 * A part that is loaded when it is first drawn, or before that when it is told to `begin`.
 *
 * Not React's `lazy`: that holds back what has arrived until the word that it is loading has stood for a third of a
 * second. A part that does not come is waited for, and the page loaded again once the server is there: a browser may
 * remember that a module has failed, and after an upgrade the server has it under another name.
 */
export function lazyPart<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  let Part: ComponentType<P> | undefined;
  const begin = async () => {
    Part = (await load()).default;
  };
  function LazyPart(props: P) {
    const [isThere, setThere] = useState(Part !== undefined);
    const [problem, setProblem] = useState<unknown>();
    useEffect(() => {
      if (!isThere) {
        begin()
          .catch(reloadWhenThere)
          .then(() => setThere(true), setProblem);
      }
    }, [isThere]);
    if (problem) throw problem;
    if (Part && isThere) return <Part {...props} />;
    return (
      <div className="px-6">
        <Loading />
      </div>
    );
  }
  return Object.assign(LazyPart, { begin: () => void begin().catch(() => {}) });
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
