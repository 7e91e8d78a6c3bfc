/** Says in one short line what a node does. */
import { steps as texts } from "../../../texts/canvas-steps";
import { isRules } from "./branches";
import type { Config, DrawnNode } from "./drawing";

/** What ids in configs are called: agents, rulesets, reps and statuses. */
export type Names = ReadonlyMap<string, string>;

const UNIT_SECONDS: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

export function text(config: Config, name: string): string {
  const value = config[name];
  return typeof value === "string" ? value : "";
}

export function number(config: Config, name: string): number | undefined {
  const value = config[name];
  return typeof value === "number" ? value : undefined;
}

export function summaryOf(node: DrawnNode, names?: Names): string {
  const { config } = node;
  const named = (id: string) => names?.get(id) ?? id;
  switch (node.node_type) {
    case "VOICE_CALL":
      return [named(text(config, "agent_id")), text(config, "from_phone_number")].filter(Boolean).join(" · ");
    case "TIME":
      return waitWords(config);
    case "CONDITIONAL":
      return conditionWords(config);
    case "APPLICATION":
      return actionWords(config, named);
    default:
      return text(config, "status_key") && texts.summary.status(named(text(config, "status_key")));
  }
}

function waitWords(config: Config): string {
  if (config.time_source === "postcall_analysis") {
    const field = text(config, "pca_field") || text(config, "postcall_analysis_field");
    return field && texts.summary.until(field);
  }
  const unit = text(config, "unit");
  const value = number(config, "value");
  if (value !== undefined && unit in UNIT_SECONDS) return texts.summary.wait(value, unit);
  const hours = number(config, "delay_hours");
  const minutes = number(config, "delay_minutes");
  const parts = [
    hours !== undefined &&
      texts.summary.wait(
        hours % 24 === 0 && hours > 0 ? hours / 24 : hours,
        hours % 24 === 0 && hours > 0 ? "days" : "hours",
      ),
    minutes !== undefined && texts.summary.wait(minutes, "minutes"),
  ];
  return parts.filter(Boolean).join(", ");
}

function conditionWords(config: Config): string {
  if (!isRules(config)) {
    const field = text(config, "condition_field");
    return field && texts.summary.switch(field);
  }
  const rules = Array.isArray(config.rules) ? (config.rules as unknown[]) : [];
  const first = rules[0];
  if (typeof first !== "object" || first === null) return "";
  const { field, operator, value } = first as Record<string, unknown>;
  const said = [
    field,
    texts.operatorWords(String(operator ?? "")),
    value === undefined || value === null ? "" : String(value),
  ];
  const line = said.filter((part) => part !== "" && part !== undefined).join(" ");
  return rules.length > 1 ? texts.summary.andMore(line, rules.length - 1) : line;
}

function actionWords(config: Config, named: (id: string) => string): string {
  const kind = actionKey(config);
  if (!kind) return "";
  const inner = settingsOf(config);
  const what: Record<string, string> = {
    webhook: text(inner, "url"),
    email: text(inner, "subject"),
    sms: text(inner, "body"),
    whatsapp: text(inner, "body"),
    set_status: named(text(inner, "status_key")),
    add_tag: text(inner, "tag") || text(inner, "slug"),
    assign_rep: named(text(inner, "rep_id") || text(inner, "ruleset_id")),
  };
  const name = (texts.actions as Record<string, string>)[kind] ?? kind;
  return what[kind] ? `${name}: ${what[kind]}` : name;
}

/** Which action a node performs, under any of the names that the API accepts. */
export function actionKey(config: Config): string {
  const providers: Record<string, string> = { wati: "whatsapp", resend: "email" };
  const key = text(config, "action_key") || text(config, "function_key") || text(config, "provider_key");
  return providers[key] ?? key;
}

export function settingsOf(config: Config): Config {
  const inner = config.action_config;
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as Config) : {};
}
