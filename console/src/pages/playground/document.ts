/** The server's OpenAPI document, read into what the page shows. */

export type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  description?: string;
  additionalProperties?: Schema | boolean;
};

export type Parameter = {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
  description?: string;
};
export type Answer = { status: string; description: string; schema?: Schema };

export type Operation = {
  id: string;
  surface: string;
  method: string;
  path: string;
  title: string;
  description: string;
  parameters: Parameter[];
  body?: Schema;
  answers: Answer[];
};

export type Api = { operations: Operation[]; shapes: Record<string, Schema> };

type RawOperation = {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
};
type RawDocument = {
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
};

const JSON_TYPE = "application/json";
export const SURFACES = ["nexor", "dialnexa", "routeswit"] as const;

export async function loadApi(): Promise<Api> {
  const answer = await fetch("/openapi.json");
  const document = (await answer.json()) as RawDocument;
  return readApi(document);
}

export function readApi(document: RawDocument): Api {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => readOperation(path, method, raw)),
  );
  return {
    operations: operations.filter(({ surface }) => SURFACES.some((known) => known === surface)),
    shapes: document.components?.schemas ?? {},
  };
}

function readOperation(path: string, method: string, raw: RawOperation): Operation {
  return {
    id: raw.operationId,
    surface: raw.tags?.[0] ?? "",
    method: method.toUpperCase(),
    path,
    title: spaced(raw.summary ?? path),
    description: raw.description ?? "",
    parameters: raw.parameters ?? [],
    body: raw.requestBody?.content[JSON_TYPE]?.schema,
    answers: Object.entries(raw.responses).map(([status, one]) => ({
      status,
      description: one.description,
      schema: one.content?.[JSON_TYPE]?.schema,
    })),
  };
}

/** "CreateLeads" -> "Create leads". */
function spaced(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Follow a reference to the shape it names. */
export function resolve(schema: Schema, shapes: Api["shapes"]): Schema {
  const name = schema.$ref?.split("/").pop();
  return name ? (shapes[name] ?? {}) : schema;
}
