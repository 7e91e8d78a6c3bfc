/** What the server refused, in whichever of the surfaces' envelopes it said so. */
export class Problem extends Error {
  readonly status: number;
  /** The whole answer: some problems carry more than a message (what is stored now, every problem of a workflow). */
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(messageOf(body) ?? `${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Whether what was asked for is not there (any more). */
export function isMissing(error: unknown): boolean {
  return error instanceof Problem && error.status === 404;
}

function messageOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { message, error } = body as { message?: unknown; error?: unknown };
  if (typeof message === "string") return message;
  if (Array.isArray(message)) return message.join("\n");
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null) return messageOf(error);
  return undefined;
}

/** A request that did not reach the server, or whose answer did not come back. */
export class Unreachable extends Error {}
