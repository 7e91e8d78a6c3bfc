/** Every endpoint of the three surfaces: to be read about, and tried with a key. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { playground } from "../../texts/playground";
import { TextLink } from "../../ui/button";
import { classes } from "../../ui/classes";
import { TextField } from "../../ui/field";
import { Loading } from "../../ui/loading";
import { Card, Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Select } from "../../ui/select";
import { DataTable } from "../../ui/table";
import { type Api, loadApi, type Operation, SURFACES } from "./document";
import { useKnownIds } from "./known-ids";
import { ShapeView } from "./shape-view";
import { TryIt } from "./try-it";

export default function PlaygroundPage() {
  const api = useQuery({ queryKey: ["openapi"], queryFn: loadApi, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Page
      title={playground.title}
      hint={playground.hint}
      isWide
      actions={
        <a className="text-accent hover:underline" href="/openapi.json">
          {playground.document}
        </a>
      }
    >
      <ProblemBox error={api.error} onRetry={api.refetch} />
      {api.isPending && <Loading />}
      {api.data && <Playground api={api.data} />}
    </Page>
  );
}

/** In the memory of this tab, until it is closed or loaded again; and nowhere else. */
let keyOfTab = "";

function Playground({ api }: { api: Api }) {
  const [query, setQuery] = useSearchParams();
  const chosen = api.operations.find(({ id }) => id === query.get("endpoint")) ?? api.operations[0];
  const surface = chosen?.surface ?? SURFACES[0];
  const [key, setKey] = useState(keyOfTab);
  const changeKey = (value: string) => {
    keyOfTab = value;
    setKey(value);
  };
  const changeSurface = (to: string) => {
    const first = api.operations.find((one) => one.surface === to);
    if (first) setQuery({ endpoint: first.id });
  };
  const known = useKnownIds();
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="flex flex-col gap-4 lg:sticky lg:top-4">
        <TextField
          label={playground.key}
          description={playground.keyHint}
          type="password"
          autoComplete="off"
          value={key}
          onChange={changeKey}
          isCode
        />
        <Select
          label={playground.surfaces}
          items={SURFACES.map((id) => ({ id, label: playground.surface[id] }))}
          value={surface}
          onChange={changeSurface}
        />
        <Endpoints operations={api.operations.filter((one) => one.surface === surface)} chosen={chosen?.id} />
      </div>
      {chosen && known && (
        <article key={chosen.id} className="flex min-w-0 flex-col gap-4">
          <Heading operation={chosen} />
          <TryIt operation={chosen} shapes={api.shapes} known={known} apiKey={key.trim()} />
          <Reference operation={chosen} shapes={api.shapes} />
        </article>
      )}
    </div>
  );
}

function Endpoints({ operations, chosen }: { operations: readonly Operation[]; chosen: string | undefined }) {
  const [search, setSearch] = useState("");
  const words = search.toLowerCase().split(/\s+/);
  const found = operations.filter((one) => {
    const text = `${one.method} ${one.path} ${one.title} ${one.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <>
      <TextField label={playground.search} type="search" value={search} onChange={setSearch} />
      <nav
        aria-label={playground.endpoints}
        className="max-h-[60vh] overflow-auto rounded-xl border border-line bg-surface p-1"
      >
        <p role="status" className="px-2 py-1 text-muted text-xs">
          {found.length > 0 ? playground.found(found.length) : playground.nothing}
        </p>
        {found.map((one) => (
          <Endpoint key={one.id} operation={one} isChosen={one.id === chosen} />
        ))}
      </nav>
    </>
  );
}

function Endpoint({ operation, isChosen }: { operation: Operation; isChosen: boolean }) {
  return (
    <TextLink to={`?endpoint=${operation.id}`} aria-current={isChosen ? "page" : undefined}>
      <span
        className={classes("block rounded-md px-2 py-1.5 text-ink", isChosen ? "bg-accent-soft" : "hover:bg-sunken")}
      >
        <span className="block">{operation.title}</span>
        <span className="block break-all font-mono text-muted text-xs">
          {operation.method} {operation.path}
        </span>
      </span>
    </TextLink>
  );
}

function Heading({ operation }: { operation: Operation }) {
  return (
    <header>
      <h2 className="font-semibold text-lg">{operation.title}</h2>
      <p className="break-all font-mono text-muted">
        {operation.method} {operation.path}
      </p>
      <p className="mt-2 max-w-2xl whitespace-pre-line">
        <WithCode text={operation.description} />
      </p>
    </header>
  );
}

/** Words in which `names` stand between backticks. */
function WithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
      <code key={index} className="rounded bg-sunken px-1 text-sm">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

function Reference({ operation, shapes }: { operation: Operation; shapes: Api["shapes"] }) {
  const success = operation.answers.find(({ status }) => status.startsWith("2"));
  return (
    <>
      {operation.body && (
        <Card title={playground.takes} isFlush>
          <ShapeView label={playground.takes} schema={operation.body} shapes={shapes} />
        </Card>
      )}
      <Card title={playground.answers} isFlush>
        <DataTable
          label={playground.status}
          rows={operation.answers}
          rowKey={({ status }) => status}
          columns={[
            { id: "status", label: playground.status, isHeader: true, cell: ({ status }) => <code>{status}</code> },
            { id: "means", label: playground.means, cell: ({ description }) => description },
          ]}
        />
        {success?.schema && <ShapeView label={playground.answers} schema={success.schema} shapes={shapes} />}
      </Card>
    </>
  );
}
