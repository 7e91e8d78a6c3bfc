/** One endpoint, filled in and ready to be sent; its answer; and the same request as code. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Send } from "lucide-react";
import { useState } from "react";
import { playground } from "../../texts/playground";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { CopyableCode } from "../../ui/code";
import { TextArea, TextField } from "../../ui/field";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Tabs } from "../../ui/tabs";
import { bodyOf } from "./bodies";
import type { Api, Operation, Parameter } from "./document";
import { exampleOf, type KnownIds } from "./example";
import { idsFor, KNOWN_IDS, type Known } from "./known-ids";
import { asCurl, asPython, type Written } from "./snippets";

const KEY_HEADER = "X-API-Key";
const KEY_PLACE = "YOUR_API_KEY";

type Filled = { parameters: Record<string, string>; body: string };
type Props = { operation: Operation; shapes: Api["shapes"]; known: Known; apiKey: string };

export function TryIt({ operation, shapes, known, apiKey }: Props) {
  const queries = useQueryClient();
  const example = () => fill(operation, shapes, idsFor(operation, known));
  const [filled, setFilled] = useState<Filled>(example);
  const request = write(operation, filled);
  const send = useMutation({
    mutationFn: () => perform(request, apiKey),
    onSuccess: () => operation.method !== "GET" && queries.invalidateQueries({ queryKey: KNOWN_IDS }),
  });
  const isBodyBad = operation.body !== undefined && !isJson(filled.body);
  const change = (name: string, value: string) =>
    setFilled({ ...filled, parameters: { ...filled.parameters, [name]: value } });
  const shown = { ...request, headers: { [KEY_HEADER]: KEY_PLACE, ...request.headers } };
  return (
    <>
      <Card
        title={playground.parameters}
        hint={operation.method === "GET" ? undefined : playground.warning}
        actions={
          <Button kind="quiet" icon={RotateCcw} onPress={() => setFilled(example())}>
            {playground.reset}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          {operation.parameters.length > 0 && (
            <div className="grid gap-4 sm:grid-cols-2">
              {operation.parameters.map((parameter) => (
                <TextField
                  key={parameter.name}
                  label={parameter.name}
                  description={parameter.description ?? PLACES[parameter.in]}
                  isRequired={parameter.required}
                  value={filled.parameters[parameter.name] ?? ""}
                  onChange={(value) => change(parameter.name, value)}
                />
              ))}
            </div>
          )}
          {operation.body && (
            <TextArea
              label={playground.body}
              isCode
              rows={Math.min(18, filled.body.split("\n").length + 1)}
              value={filled.body}
              error={isBodyBad ? playground.badBody : undefined}
              onChange={(body) => setFilled({ ...filled, body })}
            />
          )}
          {operation.parameters.length === 0 && !operation.body && <p className="text-muted">{playground.noBody}</p>}
          <div className="flex items-center gap-3">
            <Button
              kind="primary"
              icon={Send}
              isPending={send.isPending}
              isDisabled={isBodyBad}
              onPress={() => send.mutate()}
            >
              {playground.send}
            </Button>
            {!apiKey && <span className="text-muted">{playground.noKey}</span>}
          </div>
          <ProblemBox error={send.error} />
        </div>
      </Card>
      <div aria-live="polite">{send.data && <Answered {...send.data} />}</div>
      <Card title={playground.asCode}>
        <Tabs
          label={playground.asCode}
          items={[
            { id: "curl", label: "curl", content: <CopyableCode label="curl">{asCurl(shown)}</CopyableCode> },
            { id: "python", label: "Python", content: <CopyableCode label="Python">{asPython(shown)}</CopyableCode> },
          ]}
        />
      </Card>
    </>
  );
}

const PLACES = { path: playground.inPath, query: playground.inQuery, header: playground.inHeader } as const;

type Received = { status: number; ms: number; text: string };

function Answered({ status, ms, text }: Received) {
  return (
    <Card
      title={playground.answer}
      actions={<Badge tone={status < 400 ? "good" : "bad"}>{playground.took(status, ms)}</Badge>}
    >
      <CopyableCode label={playground.answer}>{text || playground.emptyAnswer}</CopyableCode>
    </Card>
  );
}

function fill(operation: Operation, shapes: Api["shapes"], known: KnownIds): Filled {
  const value = ({ name, in: place, required, schema }: Parameter) => {
    if (place === "header" || (place === "query" && !required)) return "";
    return known[name] ?? (required ? String(exampleOf(schema, shapes, known, name)) : "");
  };
  return {
    parameters: Object.fromEntries(operation.parameters.map((one) => [one.name, value(one)])),
    body: operation.body
      ? JSON.stringify(bodyOf(operation, known) ?? exampleOf(operation.body, shapes, known), undefined, 2)
      : "",
  };
}

function write({ method, path, parameters, body }: Operation, filled: Filled): Written {
  let address = path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = body ? { "Content-Type": "application/json" } : {};
  for (const { name, in: place } of parameters) {
    const value = filled.parameters[name] ?? "";
    if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== "" && place === "query") query.set(name, value);
    else if (value !== "") headers[name] = value;
  }
  const search = query.size > 0 ? `?${query}` : "";
  return { method, url: `${window.location.origin}${address}${search}`, headers, body: body ? filled.body : undefined };
}

/** Send it as a program would: with the key, without the session of whoever looks at this page. */
async function perform({ method, url, headers, body }: Written, key: string): Promise<Received> {
  const began = performance.now();
  const answer = await fetch(url, {
    method,
    body,
    credentials: "omit",
    headers: { ...headers, ...(key && { [KEY_HEADER]: key }) },
  });
  const text = await answer.text();
  return { status: answer.status, ms: Math.round(performance.now() - began), text: pretty(text) };
}

function pretty(text: string): string {
  return isJson(text) ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
