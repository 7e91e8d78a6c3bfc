/** One webhook: how it stands, what can be done with it, and its delivery log. */
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { api, call } from "../../../api/client";
import { useMayWrite } from "../../../session/session";
import { settings } from "../../../texts/settings";
import { webhooks as texts } from "../../../texts/settings-connections";
import { Button, TextLink } from "../../../ui/button";
import { formatMoment } from "../../../ui/format";
import { Menu } from "../../../ui/menu";
import { Card, Page } from "../../../ui/page";
import { toast, toastProblem } from "../../../ui/toast";
import { told } from "../kit/answers";
import { useRefresh } from "../kit/editor";
import { Loaded, useOpened } from "../kit/list";
import { ConfirmRemoval } from "../kit/remove";
import { ShownOnce } from "../kit/secret";
import { DELIVERIES, DeliveryLog } from "./deliveries";
import { EditWebhook } from "./edit";
import { heard, LIST, ONE, State, type Webhook } from "./list";

const EDIT = "edit";

export function WebhookPage() {
  const { id = "" } = useParams();
  const webhook = api.useQuery("get", ONE, { params: { path: { webhook_id: id } } });
  return (
    <Page
      title={webhook.data?.url ?? texts.title}
      hint={<TextLink to="/settings/webhooks">{texts.back}</TextLink>}
      actions={webhook.data && <Actions webhook={webhook.data} />}
    >
      <Loaded query={webhook}>
        {(data) => (
          <>
            <About webhook={data} />
            <DeliveryLog webhook={data} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function About({ webhook }: { webhook: Webhook }) {
  return (
    <Card>
      <div className="flex flex-col gap-3">
        {!webhook.is_active && <Off webhook={webhook} />}
        <div className="flex flex-wrap items-center gap-3">
          <State webhook={webhook} />
          <span>{heard(webhook)}</span>
          {webhook.failing_since && (
            <span className="text-warn">{texts.failing(formatMoment(webhook.failing_since))}</span>
          )}
        </div>
        {webhook.description && <p className="break-words">{webhook.description}</p>}
        {heard(webhook) !== texts.everything && (
          <p className="break-words font-mono text-muted text-xs">{webhook.events.join(", ")}</p>
        )}
        {webhook.ruleset_id && <p className="text-muted">{texts.ofAlertHint}</p>}
      </div>
    </Card>
  );
}

function Off({ webhook }: { webhook: Webhook }) {
  const mayWrite = useMayWrite();
  const toggle = useSwitch(webhook);
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-bad-soft px-3 py-2 text-bad">
      <div>
        <p className="font-medium">{webhook.disabled_reason ? texts.disabled : texts.off}</p>
        {webhook.disabled_reason && (
          <p>
            {webhook.disabled_reason}. {texts.disabledHint}
          </p>
        )}
      </div>
      {mayWrite && (
        <Button onPress={() => toggle.mutate(true)} isPending={toggle.isPending}>
          {settings.switchOn}
        </Button>
      )}
    </div>
  );
}

function useSwitch(webhook: Webhook) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (isActive: boolean) =>
      call.PATCH(ONE, { params: { path: { webhook_id: webhook.id } }, body: { is_active: isActive } }),
    onSuccess: async (_, isActive) => {
      await refresh([LIST, ONE, DELIVERIES]);
      toast(isActive ? texts.switchedOn : texts.switchedOff);
    },
    onError: toastProblem,
  });
}

type Asked = "rotate" | "off" | "remove";

function Actions({ webhook }: { webhook: Webhook }) {
  const mayWrite = useMayWrite();
  const [opened, open] = useOpened();
  const [asked, ask] = useState<Asked>();
  const [secret, show] = useState<string>();
  const refresh = useRefresh();
  const params = { path: { webhook_id: webhook.id } };
  const test = useMutation({
    mutationFn: () => call.POST(`${LIST}/{webhook_id}/test`, { params }),
    onSuccess: async () => {
      await refresh([DELIVERIES]);
      toast(texts.tested);
    },
    onError: toastProblem,
  });
  const toggle = useSwitch(webhook);
  if (!mayWrite) return null;
  return (
    <>
      <Button icon={Send} onPress={() => test.mutate()} isPending={test.isPending} isDisabled={!webhook.is_active}>
        {texts.test}
      </Button>
      <Menu
        label={settings.actionsFor(webhook.url)}
        items={[
          { id: "edit", label: texts.edit, onAction: () => open(EDIT) },
          { id: "rotate", label: texts.rotate, onAction: () => ask("rotate") },
          webhook.is_active
            ? { id: "off", label: settings.switchOff, onAction: () => ask("off") }
            : { id: "on", label: settings.switchOn, onAction: () => toggle.mutate(true) },
          ...(webhook.ruleset_id
            ? []
            : [{ id: "remove", label: texts.remove, isDanger: true, onAction: () => ask("remove") }]),
        ]}
      />
      {opened === EDIT && <EditWebhook before={webhook} onClose={() => open(null)} />}
      {asked && <Question webhook={webhook} asked={asked} onSecret={show} onClose={() => ask(undefined)} />}
      {secret && (
        <ShownOnce title={texts.secretTitle} hint={texts.secretHint} secret={secret} onClose={() => show(undefined)} />
      )}
    </>
  );
}

type QuestionProps = {
  webhook: Webhook;
  asked: Asked;
  onSecret: (secret: string | undefined) => void;
  onClose: () => void;
};

function Question({ webhook, asked, onSecret, onClose }: QuestionProps) {
  const navigate = useNavigate();
  const params = { path: { webhook_id: webhook.id } };
  if (asked === "rotate") {
    return (
      <ConfirmRemoval
        title={texts.rotateTitle}
        action={texts.rotateAction}
        isDanger={false}
        remove={async () => {
          const { secret } = await told(call.PATCH(ONE, { params, body: { rotate_secret: true } }));
          onSecret(secret);
        }}
        refresh={[ONE]}
        onClose={onClose}
      >
        {texts.rotateHint}
      </ConfirmRemoval>
    );
  }
  if (asked === "off") {
    return (
      <ConfirmRemoval
        title={texts.offTitle}
        action={settings.switchOff}
        remove={() => call.PATCH(ONE, { params, body: { is_active: false } })}
        refresh={[LIST, ONE, DELIVERIES]}
        done={texts.switchedOff}
        onClose={onClose}
      >
        {texts.offHint}
      </ConfirmRemoval>
    );
  }
  return (
    <ConfirmRemoval
      title={texts.removeTitle}
      remove={() => call.DELETE(ONE, { params })}
      refresh={[LIST]}
      done={texts.removed}
      onDone={() => navigate("/settings/webhooks")}
      onClose={onClose}
    >
      {texts.removeHint}
    </ConfirmRemoval>
  );
}
