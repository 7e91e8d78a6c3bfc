/** A file that was uploaded: where its leads go and what its columns become, before any of it is taken in. */
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api } from "../../api/client";
import { useMayWrite } from "../../session/session";
import { imports as texts } from "../../texts/import";
import { Button, LinkButton } from "../../ui/button";
import { useDraft } from "../../ui/draft";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { toast } from "../../ui/toast";
import { type Import, isKind, ONE, type Preview, type Target, useForget, useNote } from "./data";
import { MappingCard } from "./mapping";
import { isMended, type Order, problemsOf, shownTarget } from "./order";
import { SampleCard } from "./sample";
import { TargetCard } from "./target";
import { asSentence } from "./words";

export function Prepare({ one }: { one: Import }) {
  const preview = api.useQuery("get", `${ONE}/preview`, { params: { path: { import_id: one.id } } });
  const targets = api.useQuery("get", "/console/import-targets");
  if (!preview.data || !targets.data) {
    const error = preview.error ?? targets.error;
    const retry = () => Promise.all([preview.refetch(), targets.refetch()]);
    return (
      <Page title={one.file_name} actions={<LinkButton to="/import">{texts.back}</LinkButton>}>
        {error ? <ProblemBox error={asSentence(error)} onRetry={retry} /> : <Loading />}
      </Page>
    );
  }
  return <Form preview={preview.data} targets={targets.data.data} source={one.source} />;
}

type FormProps = { preview: Preview; targets: readonly Target[]; source: string };

function Form({ preview, targets, source }: FormProps) {
  const [search] = useSearchParams();
  const mayWrite = useMayWrite();
  const first: Order = { ...askedFor(search, targets), source, mapping: preview.mapping };
  const { draft: order, change, drop } = useDraft<Order>(`import:${preview.id}`, first);
  const [isTried, setTried] = useState(false);
  const note = useNote();
  const forget = useForget();
  const start = api.useMutation("post", `${ONE}/start`, {
    onSuccess: (started) => {
      drop();
      note(started);
      return forget();
    },
  });
  const problems = problemsOf(order, targets);
  const shown = isTried ? problems : { ...problems, target: undefined, source: undefined };
  const send = () => {
    setTried(true);
    const target = shownTarget(order, targets);
    if (!isMended(problems) || !target) return;
    start.mutate({
      params: { path: { import_id: preview.id } },
      body: { target_kind: target.kind, target_id: target.id, mapping: order.mapping, source: order.source },
    });
  };
  return (
    <Page
      title={preview.file_name}
      hint={texts.prepareHint(preview.total_rows)}
      actions={
        <>
          <LinkButton to="/import">{texts.back}</LinkButton>
          {mayWrite && <Drop id={preview.id} onDropped={drop} />}
        </>
      }
    >
      <TargetCard order={order} targets={targets} problems={shown} onChange={change} />
      <MappingCard preview={preview} order={order} problems={shown} onChange={change} />
      <SampleCard preview={preview} />
      <footer className="sticky bottom-0 -mx-2 flex flex-wrap items-center justify-end gap-3 bg-canvas px-2 py-3">
        <div className="flex-1">
          <ProblemBox error={start.error && asSentence(start.error)} />
          {isTried && !isMended(problems) && (
            <p role="alert" className="text-bad">
              {texts.mend}
            </p>
          )}
        </div>
        <Button kind="primary" onPress={send} isDisabled={!mayWrite || start.isPending}>
          {texts.start(preview.total_rows)}
        </Button>
      </footer>
    </Page>
  );
}

function Drop({ id, onDropped }: { id: string; onDropped: () => void }) {
  const navigate = useNavigate();
  const forget = useForget();
  const cancel = api.useMutation("post", `${ONE}/cancel`, {
    onSuccess: async () => {
      onDropped();
      toast(texts.dropped);
      await navigate("/import");
      await forget();
    },
  });
  return (
    <>
      <Button onPress={() => cancel.mutate({ params: { path: { import_id: id } } })} isDisabled={cancel.isPending}>
        {texts.drop}
      </Button>
      <ProblemBox error={cancel.error} />
    </>
  );
}

/** The target that the address names; else the only one there is. */
function askedFor(search: URLSearchParams, targets: readonly Target[]): Pick<Order, "kind" | "targetId"> {
  const kind = search.get("target_kind");
  const id = search.get("target_id");
  const only = targets.length === 1 ? targets[0] : undefined;
  const asked = targets.find((target) => target.kind === kind && id !== null && sameId(target.id, id));
  if (isKind(kind)) return { kind, targetId: asked?.id ?? null };
  if (only && isKind(only.kind)) return { kind: only.kind, targetId: only.id };
  const first = targets[0]?.kind ?? null;
  return { kind: isKind(first) ? first : "processor", targetId: null };
}

/** Whether two spellings are one id: `wf_0190f3c47d5e…` and `0190f3c4-7d5e-…`. */
function sameId(one: string, other: string): boolean {
  const bare = (id: string) =>
    id
      .replace(/^[a-z]+_/, "")
      .replaceAll("-", "")
      .toLowerCase();
  return bare(one) === bare(other);
}
