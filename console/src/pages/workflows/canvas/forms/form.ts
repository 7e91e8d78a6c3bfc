/** What every form of a node's config gets. */
import type { Choices } from "../api";
import type { DrawingStatus } from "../content";
import type { Config, DrawnNode } from "../drawing";

export type ConfigForm = Readonly<{
  node: DrawnNode;
  choices: Choices;
  statuses: readonly DrawingStatus[];
  /** What is wrong with a field, in words. */
  errorOf: (field: string) => string | undefined;
  /** Replace the config; changes of one field are undone together. */
  change: (config: Config, field: string) => void;
  /** Let the edges of a branch follow its new name. */
  renameBranch: (before: string, after: string, config: Config) => void;
}>;

/** A config with some fields set, and those without a value taken out. */
export function withFields(config: Config, fields: Config): Config {
  const merged = Object.entries({ ...config, ...fields });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined && value !== "" && value !== null));
}
