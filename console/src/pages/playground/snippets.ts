/** A request written as a command and as a program. */

export type Written = { method: string; url: string; headers: Record<string, string>; body?: string };

export function asCurl({ method, url, headers, body }: Written): string {
  const lines = [`curl -X ${method} ${quoted(url)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) lines.push(`-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

/** For a POSIX shell: only the quote itself has to be taken apart. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function asPython({ method, url, headers, body }: Written): string {
  const shown = Object.entries(headers).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return [
    "import httpx",
    "",
    "answer = httpx.request(",
    `    ${JSON.stringify(method)},`,
    `    ${JSON.stringify(url)},`,
    "    headers={",
    ...shown.map((line) => `    ${line}`),
    "    },",
    ...(body === undefined ? [] : [`    ${bodyInPython(body)},`]),
    ")",
    "print(answer.status_code, answer.text)",
  ].join("\n");
}

/** What is JSON is written as Python would; what is not (yet) is sent as it stands. */
function bodyInPython(body: string): string {
  try {
    return `json=${inPython(JSON.parse(body), "    ")}`;
  } catch {
    return `content=${JSON.stringify(body)}`;
  }
}

function inPython(value: unknown, indent: string): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const deeper = `${indent}    `;
  const lines = Array.isArray(value)
    ? value.map((one) => inPython(one, deeper))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${inPython(one, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (lines.length === 0) return `${open}${close}`;
  return `${open}\n${lines.map((line) => `${deeper}${line},\n`).join("")}${indent}${close}`;
}
