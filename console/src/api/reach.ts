/** Whether the server can be reached, and who wants to know. */
const EVERY_MS = 2000;

let away = false;
let timer: number | undefined;
const listeners = new Set<() => void>();

export function isAway(): boolean {
  return away;
}

export function onReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Remember that the server did not answer, and ask until it does. */
export function noteAway(): void {
  if (away) return;
  set(true);
  timer = window.setInterval(ask, EVERY_MS);
}

export function noteThere(): void {
  if (!away) return;
  window.clearInterval(timer);
  set(false);
}

async function ask(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  if (answer?.ok) noteThere();
}

function set(value: boolean): void {
  away = value;
  for (const listener of listeners) listener();
}
