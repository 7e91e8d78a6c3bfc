/** Bodies whose shapes do not say enough to make an example of them: by endpoint. */
import { playground } from "../../texts/playground";
import type { Operation } from "./document";
import type { KnownIds } from "./example";

const { examples } = playground;
const MS_OF_SECOND = 1000;

/** Ends a name that may be given only once: another one every second. */
const mark = () => Math.floor(Date.now() / MS_OF_SECOND).toString(36);
const newNumber = () => `+1415${String(Math.floor(Date.now() / MS_OF_SECOND) % 10_000_000).padStart(7, "2")}`;

const CONDITIONS = [{ field: "metadata.budget", operator: "gt", value: 10_000 }];
const PERSON = {
  first_name: "Ada",
  last_name: "Lovelace",
  email: "ada@example.com",
  phone: "+14155550123",
  company: "Analytical Engines",
  metadata: { source: "website", budget: 25_000 },
};
const CHANGE = { title: "Head of engines", metadata: { budget: 30_000 } };
const ATTRIBUTES = { email: "ada@example.com", country: "GB", budget: 25_000 };
const tags = (known: KnownIds) => ({ tags: [known.tag_slug ?? missing("tag_slug")], lead_id: named(known, "lead_id") });

const BODIES: Record<string, (known: KnownIds) => unknown> = {
  "POST /api/public/leads": () => PERSON,
  "POST /api/public/processors/{processor_id}/leads": () => PERSON,
  "POST /api/public/processors/{processor_id}/explain": () => PERSON,
  "PUT /api/public/leads/{lead_id}": () => CHANGE,
  "PATCH /api/public/leads/{lead_id}": () => CHANGE,
  "POST /api/public/leads/bulk/get": (known) => ({ lead_ids: [named(known, "lead_id")] }),
  "PATCH /api/public/leads/metadata": (known) => ({
    selector: "id",
    values: [named(known, "lead_id")],
    patch: { budget: 30_000 },
  }),
  "POST /api/public/leads/{lead_id}/tags": (known) => ({ tagIds: [named(known, "tag_id")] }),
  "PUT /api/public/leads/tags": tags,
  "POST /api/public/leads/tags": tags,
  "POST /api/public/tags": () => ({ name: examples.tag, slug: `hot-${mark()}` }),
  "PUT /api/public/tags/{tag_id}": () => ({ description: examples.description }),
  "POST /api/public/campaigns": () => ({ name: examples.campaign }),
  "POST /api/public/workflows": () => ({ name: examples.workflow, description: examples.description }),
  "POST /api/public/processors": (known) => ({
    name: examples.processor,
    default_workflow_id: named(known, "workflow_id"),
  }),
  "PATCH /api/public/processors/{processor_id}": () => ({ description: examples.description }),
  "POST /api/public/processors/{processor_id}/rules": (known) => ({
    name: examples.rule,
    workflow_id: named(known, "workflow_id"),
    conditions: CONDITIONS,
  }),
  "PATCH /api/public/processors/{processor_id}/rules/{rule_id}": () => ({ conditions: CONDITIONS }),
  "PUT /api/public/processors/{processor_id}/rules/reorder": (known) => ({ rule_ids: [named(known, "rule_id")] }),
  "POST /api/public/conversion-types": () => ({ name: examples.conversion, category: "final", currency: "EUR" }),
  "PATCH /api/public/conversion-types/{type_id}": () => ({ description: examples.description }),
  "POST /api/public/conversions": (known) => ({
    conversion_type_id: named(known, "type_id"),
    lead_id: named(known, "lead_id"),
    amount: 1200,
    notes: examples.note,
  }),
  "POST /v1/workflows": () => ({ title: examples.workflow, description: examples.description }),
  "PATCH /v1/workflows/{workflow_id}": () => ({ description: examples.description }),
  "PATCH /v1/workflows/{workflow_id}/status": () => ({ action: "pause" }),
  "POST /v1/workflows/{workflow_id}/simulate": () => ({ leads: 100, days: 30, seed: 1 }),
  "POST /v1/workflows/{workflow_id}/nodes": (known) => ({
    node_type: "VOICE_CALL",
    label: examples.node,
    config: { agent_id: named(known, "agent_id"), from_phone_number: known.from_phone_number ?? "+14155550100" },
  }),
  "PATCH /v1/workflows/{workflow_id}/nodes/{node_id}": () => ({ label: examples.node }),
  "POST /v1/workflows/{workflow_id}/leads": () => ({ phone_number: newNumber(), first_name: "Ada" }),
  "POST /v1/agents": () => ({ name: examples.agent, provider: "simulator" }),
  "PATCH /v1/agents/{agent_id}": () => ({ name: examples.agent }),
  "POST /v1/organization-phone-numbers": (known) => ({
    phone_number: newNumber(),
    label: examples.number,
    ...(known.agent_id && { agent_id: known.agent_id }),
  }),
  "PATCH /v1/organization-phone-numbers/{phone_number_id}": () => ({ label: examples.number }),
  "POST /v1/lead-hooks": (known) => ({ name: examples.hook, processor_id: named(known, "processor_id") }),
  "PATCH /v1/lead-hooks/{hook_id}": () => ({ name: examples.hook }),
  "POST /v1/api-keys": () => ({ name: examples.key, scopes: ["leads:read"] }),
  "POST /v1/user-webhooks": () => ({ url: "https://example.com/hook", events: "*", description: examples.description }),
  "PATCH /v1/user-webhooks/{webhook_id}": () => ({ description: examples.description }),
  "POST /api/v1/leads": (known) => ({
    lead_id: `lead-${mark()}`,
    ruleset_id: named(known, "ruleset_id"),
    attributes: ATTRIBUTES,
  }),
  "POST /api/v1/leads/route": (known) => ({ ...ATTRIBUTES, ruleset_id: named(known, "ruleset_id") }),
  "POST /api/v1/rules/{ruleset_id}/explain": () => ({ attributes: ATTRIBUTES }),
  "POST /api/v1/reps": () => ({
    rep_id: `ada-${mark()}`,
    name: "Ada Lovelace",
    email: `ada-${mark()}@example.com`,
    timezone: "Europe/London",
  }),
  "PATCH /api/v1/reps/{rep_id}": () => ({ max_per_day: 25 }),
  "POST /api/v1/keys": () => ({ name: examples.key, scopes: ["leads:read"] }),
  "POST /api/v1/rules": (known) => ({
    ruleset_id: `example-${mark()}`,
    name: examples.ruleset,
    rules: [
      {
        priority: 1,
        name: examples.rule,
        conditions: [{ field: "budget", operator: "gt", value: 10_000 }],
        assignment: { type: "specific_rep", rep_id: named(known, "rep_id") },
      },
    ],
    on_unavailable: "fallback",
    fallback: { type: "queue", queue_id: "unassigned" },
  }),
  "POST /api/v1/slas": (known) => ({ ruleset_id: named(known, "ruleset_id"), first_response_target_minutes: 60 }),
  "POST /api/v1/alerts/stale": (known) => ({
    ruleset_id: named(known, "ruleset_id"),
    no_activity_hours: 48,
    webhook_url: "https://example.com/hook",
  }),
  "POST /api/v1/contacts/{contact_id}/activities": () => ({ activity_type: "email_sent", notes: examples.note }),
  "POST /api/v1/activities": (known) => ({
    contact_email: known.email ?? "ada@example.com",
    activity_type: "email_sent",
    notes: examples.note,
  }),
  "POST /api/v1/contacts": () => ({ contact_id: `crm-${mark()}`, email: "ada@example.com", name: "Ada Lovelace" }),
};

/** The body of an endpoint that is told here, or nothing. */
export function bodyOf({ method, path }: Operation, known: KnownIds): unknown {
  return BODIES[`${method} ${path}`]?.(known);
}

function named(known: KnownIds, name: string): string {
  return known[name] ?? missing(name);
}

/** Stands where an id would stand, if there were one. */
export function missing(name: string): string {
  return examples.missing(name.replace(/_?(id|slug|key)$/i, "").replaceAll("_", "-"));
}
