/** Taking a rep out: first what depends on them, then the doing. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { common } from "../../../texts/common";
import { reps as texts } from "../../../texts/settings-reps";
import { Badge } from "../../../ui/badge";
import { Button, TextLink } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { Moment } from "../../../ui/moment";
import { ProblemBox } from "../../../ui/problem";
import { toast } from "../../../ui/toast";
import { useRefresh } from "../kit/editor";
import { Loaded } from "../kit/list";
import { LIST, REFRESH } from ".";

type Leaving = components["schemas"]["RepLeaving"];

export function LeaveDialog({ rep, onClose }: { rep: string; onClose: () => void }) {
  const refresh = useRefresh();
  const params = { path: { rep_id: rep } };
  const found = api.useQuery("get", `${LIST}/{rep_id}/leaving`, { params }, { staleTime: 0 });
  const leave = useMutation({
    mutationFn: () => call.PATCH("/api/v1/reps/{rep_id}", { params, body: { status: "inactive" } }),
    onSuccess: async () => {
      await refresh(REFRESH);
      toast(texts.left(found.data?.name ?? rep));
      onClose();
    },
  });
  const footer = (
    <>
      <Button onPress={onClose}>{common.cancel}</Button>
      <Button kind="danger" onPress={() => leave.mutate()} isPending={leave.isPending} isDisabled={!found.data}>
        {texts.leaveAction}
      </Button>
    </>
  );
  const title = texts.leaveTitle(found.data?.name ?? rep);
  return (
    <Dialog title={title} isOpen onOpenChange={(isOpen) => isOpen || onClose()} footer={footer}>
      <Loaded query={found}>
        {(leaving) => (
          <div className="flex flex-col gap-4">
            <p>{texts.leaveHint}</p>
            <Rules leaving={leaving} />
            <Waiting leaving={leaving} />
            <p>{texts.leaveOpen(leaving.open_leads)}</p>
            {leaving.stands_in_for.length > 0 && <p>{texts.leaveStandIn(leaving.stands_in_for.join(", "))}</p>}
            <ProblemBox error={leave.error} />
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function Rules({ leaving: { rules } }: { leaving: Leaving }) {
  if (rules.length === 0) return <p>{texts.leaveNoRules}</p>;
  return (
    <Part title={texts.leaveRules}>
      <ul className="flex list-disc flex-col gap-1 pl-5">
        {rules.map((rule) => (
          <li key={`${rule.ruleset_id} ${rule.priority} ${rule.rule}`}>
            {texts.leaveRule(rule.rule, rule.ruleset_name)}{" "}
            {rule.alone && <Badge tone="warn">{texts.leaveAlone}</Badge>}
          </li>
        ))}
      </ul>
      {rules.some((rule) => rule.alone) && <p className="text-muted">{texts.leaveAloneHint}</p>}
    </Part>
  );
}

function Waiting({ leaving: { rules, waiting, waiting_total: total } }: { leaving: Leaving }) {
  if (rules.length === 0) return null;
  if (total === 0) return <p>{texts.leaveNoWaiting}</p>;
  return (
    <Part title={texts.leaveWaiting(total)}>
      <ul className="flex max-h-40 list-disc flex-col gap-1 overflow-auto pl-5">
        {waiting.map((lead) => (
          <li key={lead.lead_id}>
            <TextLink to={`/leads/${lead.lead_id}`}>{lead.name}</TextLink>{" "}
            <span className="text-muted">
              {lead.ruleset_name}, <Moment at={lead.since} isAgo />
            </span>
          </li>
        ))}
        {total > waiting.length && <li>{texts.leaveMoreWaiting(total - waiting.length)}</li>}
      </ul>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="font-medium">{title}</h3>
      {children}
    </section>
  );
}
