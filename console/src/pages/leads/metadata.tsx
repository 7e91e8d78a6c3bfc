/** A lead's own fields: the first part at once, all of them when asked for, and that in parts, too. */
import { useState } from "react";
import { call } from "../../api/client";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { formatNumber } from "../../ui/format";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Pair } from "./details";
import type { Lead } from "./lead";

const PART = 20_000;

export function MetadataCard({ lead }: { lead: Lead }) {
  const { shown, keys, size, whole } = lead.metadata;
  const entries = Object.entries(shown);
  return (
    <Card title={texts.metadata}>
      {keys === 0 && <p className="text-muted">{texts.noMetadataHere}</p>}
      <dl className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-4 gap-y-1.5">
        {entries.map(([key, value]) => (
          <Pair key={key} label={key}>
            <span className="whitespace-pre-wrap">{typeof value === "string" ? value : JSON.stringify(value)}</span>
          </Pair>
        ))}
      </dl>
      {!whole && (
        <div className="mt-3 flex flex-col gap-2">
          <p className="text-muted text-xs">
            {texts.metadataPart(formatNumber(entries.length), formatNumber(keys), texts.bytes(size))}
          </p>
          <Everything leadId={lead.id} />
        </div>
      )}
    </Card>
  );
}

function Everything({ leadId }: { leadId: string }) {
  const [text, setText] = useState<string>();
  const [length, setLength] = useState(PART);
  const [error, setError] = useState<unknown>();
  const [isPending, setPending] = useState(false);
  const load = async () => {
    setPending(true);
    try {
      const { data } = await call.GET("/api/public/leads/{lead_id}", { params: { path: { lead_id: leadId } } });
      setText(JSON.stringify(data?.lead.metadata, null, 2));
      setError(undefined);
    } catch (problem) {
      setError(problem);
    }
    setPending(false);
  };
  return (
    <>
      <ProblemBox error={error} />
      {text === undefined ? (
        <Button onPress={load} isPending={isPending}>
          {texts.metadataAll}
        </Button>
      ) : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section aria-label={texts.metadata} tabIndex={0} className="max-h-96 overflow-auto rounded-lg bg-sunken p-3">
            <pre className="whitespace-pre-wrap break-all text-xs">{text.slice(0, length)}</pre>
          </section>
          {length < text.length && <Button onPress={() => setLength(length + PART)}>{texts.metadataNext}</Button>}
        </>
      )}
    </>
  );
}
