/** Which field of a form a refusal is about: the server names fields at the beginning of its messages. */
import { Problem } from "../../../api/problem";
import { settings } from "../../../texts/settings";

export type FieldErrors = {
  /** What is wrong with a field, by its name on the wire. */
  of: (field: string) => string | undefined;
  /** What is about no field of the form. */
  rest: unknown;
};

/** What the server says to programs, as people say it. */
const IN_WORDS: Readonly<Record<string, string>> = { "must be in E.164 format": settings.numberShape };

type Issue = { path: string; message: string };

/** `labels`: every field of the form with what it is called there; `reasons`: the field that a specific code is about. */
export function readErrors(
  error: unknown,
  labels: Readonly<Record<string, string>>,
  reasons: Readonly<Record<string, string>> = {},
): FieldErrors {
  if (!(error instanceof Problem)) return { of: () => undefined, rest: error };
  const found = new Map<string, string>();
  const others: string[] = [];
  const issues = issuesOf(error.body);
  const about = reasons[reasonOf(error.body) ?? ""];
  for (const { path, message } of issues) {
    const field = about ?? fieldOf(path, labels);
    if (field === undefined) others.push(path ? `${path}: ${message}` : message);
    else found.set(field, [found.get(field), placed(path, field, message)].filter(Boolean).join("\n"));
  }
  const rest = issues.length === 0 ? error : others.length > 0 ? new Error(others.join("\n")) : undefined;
  return { of: (field) => found.get(field), rest };
}

function fieldOf(path: string, labels: Readonly<Record<string, string>>): string | undefined {
  const fits = Object.keys(labels).filter(
    (name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
  );
  return fits.sort((one, other) => other.length - one.length)[0];
}

/** Say which entry of a list it is, as people count. */
function placed(path: string, field: string, message: string): string {
  const entry = /^[[.](\d+)/.exec(path.slice(field.length))?.[1];
  const said = IN_WORDS[message] ?? message;
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return entry === undefined ? sentence : `${Number(entry) + 1}: ${sentence}`;
}

function issuesOf(body: unknown): Issue[] {
  if (typeof body !== "object" || body === null) return [];
  const { message, error } = body as { message?: unknown; error?: unknown };
  if (Array.isArray(message)) return message.map((text) => split(String(text)));
  if (typeof message === "string") return parsed(message) ?? [split(message)];
  return typeof error === "object" ? issuesOf(error) : [];
}

function reasonOf(body: unknown): string | undefined {
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : undefined;
  const reason = typeof error === "object" && error !== null ? (error as { reason?: unknown }).reason : undefined;
  return typeof reason === "string" ? reason : undefined;
}

/** One surface sends all that is wrong as a list inside its message. */
function parsed(message: string): Issue[] | undefined {
  if (!message.startsWith("[")) return undefined;
  try {
    const issues = JSON.parse(message) as { path: (string | number)[]; message: string }[];
    return issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  } catch {
    return undefined;
  }
}

/** `config.url is required` is about `config.url`. */
function split(text: string): Issue {
  const named = /^([a-z_]+(?:\.[\w-]+|\[\d+\])*) (.*)$/s.exec(text);
  return named?.[1] !== undefined && named[2] !== undefined
    ? { path: named[1], message: named[2] }
    : { path: "", message: text };
}
