/** A request filled in from its shape: what the document gives as example or default, else something that fits the name. */
import { missing } from "./bodies";
import { type Api, resolve, type Schema } from "./document";

const DEEPEST = 6;

/** What people would write there, by the name of the field. */
const BY_NAME: Record<string, unknown> = {
  email: "ada@example.com",
  phone: "+14155550123",
  phone_number: "+14155550123",
  phoneNumber: "+14155550123",
  name: "Ada Lovelace",
  first_name: "Ada",
  firstName: "Ada",
  last_name: "Lovelace",
  lastName: "Lovelace",
  company: "Analytical Engines",
  country: "GB",
  city: "London",
  timezone: "Europe/London",
  language: "en",
  url: "https://example.com/hook",
  website: "https://example.com",
  content: "Called back, wants a quote.",
  notes: "Called back, wants a quote.",
  description: "Made from the console",
  currency: "EUR",
  amount: 1200,
  attributes: { country: "GB", budget: 25000 },
  metadata: { source: "website", budget: 25000 },
};

const BY_FORMAT: Record<string, string> = { email: "ada@example.com", uri: "https://example.com/hook" };

/** Ids of what is stored already, by the name of the parameter. */
export type KnownIds = Record<string, string>;

export function exampleOf(schema: Schema, shapes: Api["shapes"], known: KnownIds, name = "", depth = 0): unknown {
  const shape = resolve(schema, shapes);
  const given = shape.examples?.[0] ?? shape.const ?? known[name];
  if (given !== undefined) return given;
  const choice = (shape.anyOf ?? shape.oneOf)?.find((one) => one.type !== "null");
  if (choice) return exampleOf(choice, shapes, known, name, depth);
  if (shape.enum) return shape.enum[0];
  if (/_id$/.test(name)) return missing(name);
  if (name in BY_NAME) return BY_NAME[name];
  return ofType(shape, shapes, known, depth);
}

function ofType(shape: Schema, shapes: Api["shapes"], known: KnownIds, depth: number): unknown {
  const type = Array.isArray(shape.type) ? shape.type.find((one) => one !== "null") : shape.type;
  if (type === "object" || shape.properties) return depth < DEEPEST ? ofObject(shape, shapes, known, depth) : {};
  if (type === "array") {
    const { items } = shape;
    return typeof items === "object" && depth < DEEPEST ? [exampleOf(items, shapes, known, "", depth + 1)] : [];
  }
  if (shape.default !== undefined) return shape.default;
  if (type === "integer" || type === "number") return shape.minimum ?? 1;
  if (type === "boolean") return true;
  if (type === "string")
    return shape.format === "date-time" ? new Date().toISOString() : (BY_FORMAT[shape.format ?? ""] ?? "text");
  return null;
}

/** What is required; and what is not where there is an example of it. */
function ofObject(shape: Schema, shapes: Api["shapes"], known: KnownIds, depth: number): Record<string, unknown> {
  const wanted = Object.entries(shape.properties ?? {}).filter(
    ([name]) => shape.required?.includes(name) || (depth === 0 && (name in BY_NAME || name in known)),
  );
  return Object.fromEntries(wanted.map(([name, one]) => [name, exampleOf(one, shapes, known, name, depth + 1)]));
}
