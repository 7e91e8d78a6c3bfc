/** Conditions as trees, in the form the server takes; groups as people think of them; and both in words. */
import { rules as texts } from "../../texts/rules";

export type Operator = keyof typeof texts.builder.operators;
export type Comparison = { field: string; operator: Operator; value?: unknown };
export type Tree = Comparison | { all: Tree[] } | { any: Tree[] } | { not: Tree };
export type Mode = keyof typeof texts.builder.modes;
export type Group = { mode: Mode; parts: readonly Tree[] };

export const NO_VALUE: readonly Operator[] = ["exists", "not_exists"];
export const LISTED: readonly Operator[] = ["in", "not_in"];
export const ORDERING: readonly Operator[] = ["gt", "gte", "lt", "lte"];
export const TEXTUAL: readonly Operator[] = ["contains", "not_contains", "starts_with", "ends_with", "regex"];

const ALWAYS: readonly Operator[] = ["exists", "not_exists"];
const EQUAL: readonly Operator[] = ["eq", "neq", "in", "not_in"];
const BY_KIND: Record<string, readonly Operator[]> = {
  text: [...EQUAL, "contains", "not_contains", "starts_with", "ends_with", "regex", ...ALWAYS],
  number: [...EQUAL, ...ORDERING, "between", ...ALWAYS],
  date: [...ORDERING, "between", "eq", "neq", ...ALWAYS],
  yes_no: ["eq", "neq", ...ALWAYS],
  list: ["contains", "not_contains", "includes", ...ALWAYS],
  object: ["includes", ...ALWAYS],
};
const EVERY: readonly Operator[] = Object.keys(texts.builder.operators) as Operator[];

/** The comparisons that make sense for a kind of field, and the one that is chosen. */
export function operatorsFor(kind: string | undefined, chosen: Operator): readonly Operator[] {
  const fitting = (kind && BY_KIND[kind]) || EVERY;
  return fitting.includes(chosen) ? fitting : [...fitting, chosen];
}

export function isComparison(tree: Tree): tree is Comparison {
  return "field" in tree;
}

/** Look at a tree as a group: a comparison is a group of one. */
export function groupOf(tree: Tree): Group {
  if ("all" in tree) return { mode: "all", parts: tree.all };
  if ("any" in tree) return { mode: "any", parts: tree.any };
  if (!("not" in tree)) return { mode: "all", parts: [tree] };
  const inner = tree.not;
  if ("any" in inner) return { mode: "none", parts: inner.any };
  if ("all" in inner) return { mode: "notAll", parts: inner.all };
  return "not" in inner ? groupOf(inner.not) : { mode: "none", parts: [inner] };
}

export function treeOf(group: Group): Tree {
  const parts = [...group.parts];
  switch (group.mode) {
    case "all":
      return { all: parts };
    case "any":
      return { any: parts };
    case "none":
      return { not: { any: parts } };
    case "notAll":
      return { not: { all: parts } };
  }
}

/** Say a condition in words, as short as it can be. */
export function inWords(tree: Tree): string {
  const { mode, parts } = groupOf(tree);
  if (parts.length === 0) return mode === "all" || mode === "none" ? texts.editor.everybody : texts.editor.nobody;
  const joint = mode === "any" || mode === "none" ? " or " : " and ";
  const said = parts.map((part) => (isComparison(part) ? comparisonInWords(part) : `(${inWords(part)})`)).join(joint);
  return mode === "none" || mode === "notAll" ? `not (${said})` : said;
}

function comparisonInWords({ field, operator, value }: Comparison): string {
  const name = field.replace(/^(metadata|attributes)\./, "") || "…";
  const said = `${name} ${texts.builder.operators[operator]}`;
  if (NO_VALUE.includes(operator)) return said;
  if (operator === "between" && Array.isArray(value)) return `${said} ${spell(value[0])} and ${spell(value[1])}`;
  return `${said} ${spell(value)}`;
}

export function spell(value: unknown): string {
  if (typeof value === "string") return value || "…";
  if (value === true) return texts.builder.yes;
  if (value === false) return texts.builder.no;
  if (Array.isArray(value)) return value.map(spell).join(", ") || "…";
  return value === undefined || value === null ? "…" : JSON.stringify(value);
}

/** Another comparison of the same field: its value is kept where it fits. */
export function withOperator(comparison: Comparison, operator: Operator): Comparison {
  const { field, value } = comparison;
  if (NO_VALUE.includes(operator)) return { field, operator };
  if (LISTED.includes(operator)) {
    const listed = Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value];
    return { field, operator, value: listed };
  }
  const single = Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
  if (operator === "between")
    return { field, operator, value: Array.isArray(value) ? value.slice(0, 2) : [single, ""] };
  if (TEXTUAL.includes(operator))
    return { field, operator, value: typeof single === "string" ? single : spell(single) };
  return { field, operator, value: single };
}
