/** Values of any kind in one field: a text as it is, everything else as JSON. */
const JSON_LIKE = /^(-?\d+(\.\d+)?|true|false|null|".*"|\[.*\]|\{.*\})$/s;

/** What is written like a number, a truth value, a list or an object is one; quotes make a text of anything. */
export function readValue(text: string): unknown {
  try {
    return isJson(text) ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

/** As `readValue` reads it. */
export function writeValue(value: unknown): string {
  return typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value);
}

export function isJson(text: string): boolean {
  return JSON_LIKE.test(text.trim());
}
