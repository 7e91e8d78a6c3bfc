/** What to simulate, as the form holds it and as the server takes it. Numbers are NaN, or null in a kept draft, when empty. */
import { Problem } from "../../api/problem";
import { workflows } from "../../texts/workflows";

type Given = number | null;

export type Order = {
  leads: Given;
  days: Given;
  seed: Given;
  arrivalDays: Given;
  /** In %. */
  answered: Given;
  callFrom: Given;
  callTo: Given;
  /** In %, by node and branch. */
  branches: Record<string, Record<string, Given>>;
  /** More of the outcome model, as JSON. */
  model: string;
};

type Model = Record<string, unknown>;

const PERCENT = 100;

export function isGiven(value: Given | undefined): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

export function orderBody(order: Order) {
  const outcomes = outcomesOf(order);
  return {
    ...(isGiven(order.leads) && { leads: order.leads }),
    ...(isGiven(order.days) && { days: order.days }),
    ...(isGiven(order.seed) && { seed: order.seed }),
    ...(Object.keys(outcomes).length > 0 && { outcomes }),
  };
}

function outcomesOf(order: Order): Model {
  const { arrivalDays, answered, callFrom, callTo } = order;
  const conditions = conditionsOf(order.branches);
  return {
    ...(isGiven(arrivalDays) && { arrival_days: arrivalDays }),
    ...(isGiven(answered) && { answer_by_hour: answered / PERCENT }),
    ...(isGiven(callFrom) && isGiven(callTo) && { call_seconds: [callFrom, callTo] }),
    ...(Object.keys(conditions).length > 0 && { conditions }),
    ...readModel(order.model),
  };
}

/** Weights by branch of each node for which any is given; one that is empty is never drawn. */
function conditionsOf(branches: Order["branches"]): Model {
  const nodes = Object.entries(branches).flatMap(([nodeId, shares]) => {
    const given = Object.entries(shares).filter(([, share]) => isGiven(share));
    return given.length > 0 ? [[nodeId, Object.fromEntries(given)] as const] : [];
  });
  return Object.fromEntries(nodes);
}

function readModel(text: string): Model {
  if (text.trim() === "") return {};
  const model = parse(text);
  if (!model) throw new Problem(0, { message: workflows.simulate.modelWrong });
  return model;
}

/** Whether the text is a JSON object, or nothing at all. */
export function isModel(text: string): boolean {
  return text.trim() === "" || parse(text) !== undefined;
}

function parse(text: string): Model | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Model) : undefined;
  } catch {
    return undefined;
  }
}
