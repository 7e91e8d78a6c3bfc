// Writes zod.json: what zod 4.3.6 says about these values. Run where it is installed: npm i zod@4.3.6; node capture_zod.mjs
import { writeFileSync } from "node:fs";
import { z } from "zod";

const pair = z.object({ a: z.string(), b: z.number() });
const checks = {
  text: z.string().min(1).max(128),
  any_text: z.string(),
  rep_id: z.string().min(1).max(64).regex(/^[a-zA-Z0-9_-]+$/, "rep_id must be alphanumeric, hyphens, or underscores"),
  lower: z.string().regex(/^[a-z]+$/),
  email: z.email(),
  short_email: z.email().max(10),
  url: z.url(),
  moment: z.iso.datetime({ offset: true }),
  minutes: z.number().int().min(1).max(10080),
  count: z.number().int().min(0),
  number: z.number().min(0.5).max(10),
  boolean: z.boolean(),
  status: z.enum(["active", "ooo", "inactive"]),
  webhook: z.literal("webhook"),
  texts: z.array(z.string()).min(1).max(3),
  pairs: z.array(pair).min(3),
  record: z.record(z.string(), z.any()),
  lists: z.record(z.string(), z.array(z.string())),
  anything: z.any(),
  optional: z.string().optional(),
  nullable: z.string().nullable().optional(),
  pair,
  member: z.union([z.string(), z.object({ rep_id: z.string() })]),
  target: z.discriminatedUnion("type", [
    z.object({ type: z.literal("specific_rep"), rep_id: z.string().min(1) }),
    z.object({ type: z.literal("round_robin"), pool: z.array(z.string()).min(1) }),
  ]),
};
const everywhere = [undefined, null, 5, 1.5, "x", "", true, [1], [], {}, { a: 1 }];
const beside = {
  text: ["x".repeat(128), "x".repeat(129), "😀".repeat(64), "😀".repeat(65)],
  rep_id: ["rep_1-A", "a b", "!".repeat(65), "é", "a\n"],
  email: ["ann@example.com", "ann+x@b.co", "a@b", "a b@c.de", ".a@b.co", "a..b@c.de", "ä@b.co", "a'b@c.de", "a@b.c1", "a.@b.co", "a@b.co\n"],
  short_email: ["ann@example.com", "ann@example"],
  url: ["https://example.com/hook?x=1", "http://localhost:8000", "nope", "https://", "//x", "http://a b"],
  moment: ["2026-01-01T00:00:00Z", "2026-01-01T00:00Z", "2026-01-01T00:00:00.123456789+05:30", "2024-02-29T00:00:00-00:00",
    "2026-01-01T00:00:00", "2026-01-01", "2026-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2026-01-01 00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+02", "tomorrow"],
  minutes: [0, 1, 10080, 10081, 0.5, 10081.5, 1e300, -1e300, 9007199254740993],
  count: [-1, 0, 9007199254740991, 1e300],
  number: [0.4, 0.5, 10, 10.5, -1],
  status: ["ooo", "AVAILABLE"],
  webhook: ["webhook"],
  texts: [["a"], ["a", 1, null], ["a", "b", "c", "d"], [1, 2, 3, 4]],
  pairs: [[{ a: "x", b: 1 }, { a: 1 }, "x"], [1]],
  lists: [{ a: [1], "b.c": "x" }],
  member: [{ rep_id: "ana" }, { rep_id: 5 }],
  target: [{ type: "nope" }, { type: 5 }, { type: "specific_rep" }, { type: "round_robin", pool: [] }, { type: "specific_rep", rep_id: "a" }],
};

const said = (schema, body) => {
  const answer = schema.safeParse(body);
  return answer.success ? null : answer.error.message;
};
const samples = [];
for (const [check, schema] of Object.entries(checks)) {
  for (const value of [...everywhere, ...(beside[check] ?? [])]) {
    const body = value === undefined ? {} : { it: value };
    samples.push({ check, body, said: said(z.object({ it: schema }), body) });
  }
}
for (const body of [null, [], "x", 5, true, {}]) samples.push({ check: null, body, said: said(z.object({ it: z.string() }), body) });
writeFileSync("zod.json", `[\n${samples.map((sample) => JSON.stringify(sample)).join(",\n")}\n]\n`);
