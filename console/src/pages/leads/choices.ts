/** What leads can be filtered by and given to: workflows, reps, tags, campaigns, rulesets. */
import { api } from "../../api/client";
import type { Choice } from "../../ui/select";
import type { FilterName } from "./filters";

const KEPT = { staleTime: 60_000 };
const NO_MORE_LEADS = ["completed", "cancelled"];

export type Choices = {
  workflows: Choice[];
  openWorkflows: Choice[];
  reps: Choice[];
  tags: Choice[];
  campaigns: Choice[];
  rulesets: Choice[];
  sources: Choice[];
  metadataKeys: readonly string[];
  named: (name: FilterName, id: string) => string;
};

export function useChoices(): Choices {
  const workflows = api.useQuery("get", "/api/public/workflows", undefined, KEPT).data?.workflows ?? [];
  const reps = api.useQuery("get", "/api/v1/reps", undefined, KEPT).data ?? [];
  const tags = api.useQuery("get", "/api/public/tags", undefined, KEPT).data?.data ?? [];
  const campaigns = api.useQuery("get", "/api/public/campaigns", undefined, KEPT).data?.campaigns ?? [];
  const rulesets = api.useQuery("get", "/api/v1/rules", undefined, KEPT).data?.data ?? [];
  const found = api.useQuery("get", "/console/leads/choices", undefined, KEPT).data;
  const asChoice = ({ id, name }: { id: string; name: string }): Choice => ({ id, label: name });
  const choices = {
    workflows: workflows.map(asChoice),
    openWorkflows: workflows.filter(({ status }) => !NO_MORE_LEADS.includes(status)).map(asChoice),
    reps: reps.map(({ id, name, status }) => ({
      id,
      label: name,
      hint: id,
      isDisabled: status.toLowerCase() === "inactive",
    })),
    tags: tags.map(({ slug, name }) => ({ id: slug, label: name })),
    campaigns: campaigns.map(asChoice),
    rulesets: rulesets.map(({ rulesetId, name }) => ({ id: rulesetId, label: name, hint: rulesetId })),
    sources: (found?.sources ?? []).map((source) => ({ id: source, label: source })),
    metadataKeys: found?.metadata_keys ?? [],
  };
  const lists: Partial<Record<FilterName, Choice[]>> = {
    workflow_id: choices.workflows,
    owner: choices.reps,
    tag: choices.tags,
    campaign_id: choices.campaigns,
  };
  const named = (name: FilterName, id: string) => lists[name]?.find((choice) => choice.id === id)?.label ?? id;
  return { ...choices, named };
}
