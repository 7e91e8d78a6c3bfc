/** What a key may do, as people say it: for each area nothing, reading, or reading and changing. */
import { keys as texts } from "../../texts/keys";

export const AREAS = ["leads", "routing", "workflows", "people"] as const;
export const LEVELS = ["none", "read", "write"] as const;

export type Area = (typeof AREAS)[number];
export type Level = (typeof LEVELS)[number];
export type Levels = Record<Area, Level>;
export type Scope = `${Area}:${"read" | "write"}` | "admin";

export const NOTHING: Levels = { leads: "none", routing: "none", workflows: "none", people: "none" };

export function scopesOf(levels: Levels): Scope[] {
  return AREAS.flatMap((area) => {
    const level = levels[area];
    return level === "none" ? [] : [`${area}:${level}` as const];
  });
}

/** Without scopes a key may do everything, as with that of an administrator. */
export function sayScopes(scopes: readonly string[]): string {
  if (scopes.length === 0 || scopes.includes("admin")) return texts.everything;
  return AREAS.flatMap((area) => {
    const name = texts.areas[area];
    if (scopes.includes(`${area}:write`)) return [texts.levelOf.write(name)];
    return scopes.includes(`${area}:read`) ? [texts.levelOf.read(name)] : [];
  }).join(", ");
}
