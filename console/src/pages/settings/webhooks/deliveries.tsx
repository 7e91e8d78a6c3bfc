/** What was sent to a webhook, or is to be; every try with its answer; and sending again. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useMayWrite } from "../../../session/session";
import { common } from "../../../texts/common";
import { webhooks as texts } from "../../../texts/settings-connections";
import { Badge, type Tone } from "../../../ui/badge";
import { Button, TextButton } from "../../../ui/button";
import { CopyableCode } from "../../../ui/code";
import { Dialog } from "../../../ui/dialog";
import { formatAgo, formatNumber, formatSpan } from "../../../ui/format";
import { Moment } from "../../../ui/moment";
import { Card, Empty } from "../../../ui/page";
import { ProblemBox } from "../../../ui/problem";
import { Select } from "../../../ui/select";
import { DataTable } from "../../../ui/table";
import { toast } from "../../../ui/toast";
import { useRefresh } from "../kit/editor";
import { Loaded, Pager } from "../kit/list";
import { ONE, type Webhook } from "./list";

type Delivery = components["schemas"]["UserDelivery"];
type Try = components["schemas"]["Try"];

export const DELIVERIES = `${ONE}/deliveries` as const;
const BODY = "/console/settings/webhooks/{webhook_id}/deliveries/{delivery_id}/body";

const ANY = "any";
const STATES = [
  { id: ANY, label: texts.anyState },
  ...Object.entries(texts.deliveryStates).map(([id, label]) => ({ id, label })),
];
const TONES: Record<string, Tone> = { due: "info", leased: "info", delivered: "good", failed: "bad" };
const MOVING = ["due", "leased"];
const SOON_MS = 3000;
const LATER_MS = 30_000;

export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const [page, setPage] = useState(1);
  const [state, setState] = useState(ANY);
  const [opened, open] = useState<Delivery>();
  const query = { page, limit: 20, ...(state !== ANY && { state: state as "due" }) };
  const list = api.useQuery(
    "get",
    DELIVERIES,
    { params: { path: { webhook_id: webhook.id }, query } },
    {
      refetchInterval: ({ state: { data } }) =>
        data?.data.some((delivery) => MOVING.includes(delivery.state)) ? SOON_MS : LATER_MS,
    },
  );
  // What is looked at stays, also when newer deliveries have moved it to the next page.
  const shown = list.data?.data.find((delivery) => delivery.id === opened?.id) ?? opened;
  const filter = (
    <div className="w-40">
      <Select
        label={texts.state}
        isLabelHidden
        items={STATES}
        value={state}
        onChange={(chosen) => {
          setState(chosen);
          setPage(1);
        }}
      />
    </div>
  );
  return (
    <Card title={texts.log} actions={filter} isFlush>
      <Loaded query={list}>
        {({ data, meta }) =>
          data.length > 0 ? (
            <>
              <Table rows={data} onOpen={open} />
              <Pager page={page} pages={meta.totalPages} total={meta.total} onChange={setPage} />
            </>
          ) : state === ANY ? (
            <Empty title={texts.noDeliveries}>{texts.noDeliveriesHint}</Empty>
          ) : (
            <Empty title={texts.noneInState} />
          )
        }
      </Loaded>
      {shown && <DeliveryDialog webhook={webhook} delivery={shown} onClose={() => open(undefined)} />}
    </Card>
  );
}

function Table({ rows, onOpen }: { rows: readonly Delivery[]; onOpen: (delivery: Delivery) => void }) {
  const columns = texts.deliveryColumns;
  return (
    <DataTable
      label={texts.log}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          id: "event",
          label: columns.event,
          isHeader: true,
          cell: (row) => <TextButton onPress={() => onOpen(row)}>{row.event_type}</TextButton>,
        },
        { id: "state", label: columns.state, cell: (row) => <State delivery={row} /> },
        { id: "tries", label: columns.tries, isNumber: true, cell: (row) => formatNumber(row.tries) },
        { id: "answer", label: columns.answer, cell: (row) => <Answer answer={row.log.at(-1)} /> },
        { id: "created", label: columns.created, cell: (row) => <Moment at={row.created_at} /> },
      ]}
    />
  );
}

function State({ delivery }: { delivery: Delivery }) {
  return (
    <>
      <Badge tone={TONES[delivery.state] ?? "plain"}>{texts.deliveryStates[delivery.state] ?? delivery.state}</Badge>
      {delivery.state === "due" && delivery.tries > 0 && delivery.next_try_at && (
        <span className="mt-0.5 block text-muted text-xs">{texts.nextTry(formatAgo(delivery.next_try_at))}</span>
      )}
    </>
  );
}

function Answer({ answer }: { answer: Try | undefined }) {
  if (!answer) return null;
  return (
    <span className={answer.problem ? "break-words text-bad" : undefined}>
      {answer.problem ?? (answer.status === null ? texts.noAnswer : texts.answered(answer.status))}
    </span>
  );
}

type DialogProps = { webhook: Webhook; delivery: Delivery; onClose: () => void };

function DeliveryDialog({ webhook, delivery, onClose }: DialogProps) {
  const mayWrite = useMayWrite();
  const refresh = useRefresh();
  const path = { webhook_id: webhook.id, delivery_id: delivery.id };
  const body = api.useQuery("get", BODY, { params: { path } });
  const resend = useMutation({
    mutationFn: () => call.POST(`${DELIVERIES}/{delivery_id}/resend`, { params: { path } }),
    onSuccess: async () => {
      await refresh([DELIVERIES]);
      toast(texts.resent);
      onClose();
    },
  });
  const footer = (
    <>
      <Button onPress={onClose}>{common.close}</Button>
      {mayWrite && (
        <Button
          kind="primary"
          onPress={() => resend.mutate()}
          isPending={resend.isPending}
          isDisabled={!webhook.is_active}
        >
          {texts.resend}
        </Button>
      )}
    </>
  );
  return (
    <Dialog
      title={texts.deliveryTitle(delivery.event_type)}
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      place="side"
      footer={footer}
    >
      <div className="flex flex-col gap-5">
        <div className="flex items-center gap-3">
          <State delivery={delivery} />
          {!webhook.is_active && <span className="text-muted">{texts.resendOff}</span>}
        </div>
        <Tries delivery={delivery} />
        <section className="flex flex-col gap-2">
          <h3 className="font-semibold">{texts.body}</h3>
          <Loaded query={body}>{(sent) => <CopyableCode label={texts.body}>{pretty(sent.body)}</CopyableCode>}</Loaded>
        </section>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-muted text-xs">
          <dt>{texts.deliveryId}</dt>
          <dd className="break-all font-mono">{delivery.id}</dd>
          <dt>{texts.eventId}</dt>
          <dd className="break-all font-mono">{delivery.event_id}</dd>
        </dl>
        <ProblemBox error={resend.error} />
      </div>
    </Dialog>
  );
}

function Tries({ delivery: { log } }: { delivery: Delivery }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{texts.tries}</h3>
      {log.length === 0 ? (
        <p className="text-muted">{texts.noTries}</p>
      ) : (
        <ol className="flex flex-col gap-1.5">
          {log.map((answer) => (
            <li key={answer.at} className="flex flex-wrap gap-x-3">
              <Moment at={answer.at} />
              <Answer answer={answer} />
              <span className="text-muted">{texts.took(formatSpan(answer.duration_ms / 1000))}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
