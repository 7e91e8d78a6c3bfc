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
    ...(body === undefined ? [] : [`    content=${JSON.stringify(body)},`]),
    ")",
    "print(answer.status_code, answer.text)",
  ].join("\n");
}
