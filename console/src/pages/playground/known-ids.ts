/** Ids of what is stored already, so that examples name something that is there. */
import { useQuery } from "@tanstack/react-query";
import type { Operation } from "./document";
import type { KnownIds } from "./example";

type Row = Record<string, unknown>;

/** What was found, by surface: they call different things by the same name. `drawn` is for what changes a drawing. */
export type Known = { all: KnownIds; nexor: KnownIds; dialnexa: KnownIds; routeswit: KnownIds; drawn: KnownIds };

export const KNOWN_IDS = ["known-ids"];

export function useKnownIds(): Known | undefined {
  const found = useQuery({ queryKey: KNOWN_IDS, queryFn: findAll, staleTime: 60_000 });
  return found.data;
}

/** The ids that an example of this endpoint names. */
export function idsFor({ surface, method, path }: Operation, known: Known): KnownIds {
  const own = known[surface as "nexor"] ?? {};
  const isOnDrawing = DRAWING.test(`${method} ${path}`);
  const state = path.match(/\{workflow_id\}\/(resume|pause|cancel|activate|status)$/)?.[1];
  const workflow = state && known.all[`to_${state}`];
  return { ...known.all, ...own, ...(isOnDrawing && known.drawn), ...(workflow && { workflow_id: workflow }) };
}

/** What can only be done to a workflow that is not active. */
const DRAWING = /^(POST|PATCH|DELETE) \/v1\/workflows\/\{workflow_id\}(\/(nodes|edges).*)?$/;

async function findAll(): Promise<Known> {
  const [leads, workflows, ...lists] = await Promise.all([
    rows("/console/leads?limit=25"),
    rows("/v1/workflows?limit=100"),
    ...LISTS.map(({ path }) => rows(path)),
  ]);
  const first = Object.fromEntries(LISTS.map(({ name, field }, index) => [name, text(lists[index]?.[0]?.[field])]));
  const lead =
    leads.find(({ run }) => (run as Row | null)?.state === "active") ?? leads.find(({ run }) => run) ?? leads[0];
  const run = lead?.run as Row | null | undefined;
  const ofState = (...states: string[]) => workflows.find(({ status }) => states.includes(String(status)));
  const open = workflows.filter(({ status }) => status === "draft" || status === "paused");
  const drawing = open.find(({ node_count }) => Number(node_count) > 1) ?? open[0];
  const workflow = text(run?.workflow_id) ?? text((ofState("active") ?? workflows[0])?.id);
  const [drawn, decisions, rules, deliveries] = await Promise.all([
    findDrawn(text(drawing?.id)),
    findDecisions(leads.slice(0, 10)),
    first.processor_id ? rows(`/console/processors/${first.processor_id}/rules`) : [],
    first.webhook_id ? rows(`/v1/user-webhooks/${first.webhook_id}/deliveries?limit=1`) : [],
  ]);
  return {
    all: clean({
      ...first,
      lead_id: text(lead?.id),
      contact_id: text(lead?.id),
      email: text(lead?.email),
      status_key: text(run?.status_key),
      workflow_id: workflow,
      workflowId: workflow,
      default_workflow_id: workflow,
      rule_id: text(rules[0]?.id),
      delivery_id: text(deliveries[0]?.id),
      to_activate: text(drawing?.id),
      to_status: text(ofState("active")?.id),
      to_resume: text(ofState("paused")?.id),
      to_pause: text(ofState("active")?.id),
    }),
    nexor: clean({ decision_id: decisions.processor }),
    dialnexa: clean({ key_id: text((await rows("/v1/api-keys?limit=1"))[0]?.id) }),
    routeswit: clean({ decision_id: decisions.ruleset, key_id: text((await rows("/api/v1/keys?limit=1"))[0]?.id) }),
    drawn,
  };
}

/** Where the first of each kind is found, and which field of it a request names. */
const LISTS: readonly { name: string; path: string; field: string }[] = [
  { name: "processor_id", path: "/api/public/processors", field: "id" },
  { name: "tag_id", path: "/api/public/tags", field: "id" },
  { name: "tag_slug", path: "/api/public/tags", field: "slug" },
  { name: "campaign_id", path: "/api/public/campaigns", field: "id" },
  { name: "type_id", path: "/api/public/conversion-types", field: "id" },
  { name: "ruleset_id", path: "/api/v1/rules", field: "rulesetId" },
  { name: "rep_id", path: "/console/settings/reps?limit=1", field: "id" },
  { name: "agent_id", path: "/v1/agents?limit=1", field: "id" },
  { name: "phone_number_id", path: "/v1/organization-phone-numbers?limit=1", field: "id" },
  { name: "from_phone_number", path: "/v1/organization-phone-numbers?limit=1", field: "phone_number" },
  { name: "entry_id", path: "/v1/do-not-call?limit=1", field: "id" },
  { name: "hook_id", path: "/v1/lead-hooks?limit=1", field: "id" },
  { name: "webhook_id", path: "/v1/user-webhooks?limit=1", field: "id" },
  { name: "call_id", path: "/v1/calls?limit=1", field: "id" },
  { name: "log_id", path: "/v1/call-logs?limit=1", field: "id" },
];

async function findDrawn(workflow: string | undefined): Promise<KnownIds> {
  if (!workflow) return {};
  const [nodes, edges] = await Promise.all([
    rows(`/v1/workflows/${workflow}/nodes`),
    rows(`/v1/workflows/${workflow}/edges`),
  ]);
  return clean({
    workflow_id: workflow,
    node_id: text(nodes[0]?.id),
    from_node_id: text(nodes[0]?.id),
    to_node_id: text(nodes.at(-1)?.id),
    edge_id: text(edges[0]?.id),
  });
}

/** A decision of each kind, made for one of these leads. */
async function findDecisions(leads: readonly Row[]): Promise<{ processor?: string; ruleset?: string }> {
  const told = (await Promise.all(leads.map(({ id }) => rows(`/console/leads/${id}/why`)))).flat();
  const of = (kind: string) => text(told.find((one) => one.kind === kind)?.id);
  return { processor: of("processor"), ruleset: of("ruleset") };
}

/** The lists of the surfaces differ in shape: the first list in the answer is what counts. */
async function rows(path: string): Promise<readonly Row[]> {
  const answer = await fetch(path).catch(() => undefined);
  if (!answer?.ok) return [];
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null) return [];
  return Array.isArray(body) ? body : ((Object.values(body).find(Array.isArray) as Row[] | undefined) ?? []);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function clean(ids: Record<string, string | undefined>): KnownIds {
  return Object.fromEntries(Object.entries(ids).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
