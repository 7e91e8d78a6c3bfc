/** Promising a first response. Saving replaces the whole promise of the ruleset. */
import { call } from "../../../api/client";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { alerts as texts } from "../../../texts/settings-connections";
import { NumberField, Switch, TextField } from "../../../ui/field";
import { viewerZone } from "../../../ui/format";
import { Select } from "../../../ui/select";
import { toast } from "../../../ui/toast";
import { told } from "../kit/answers";
import { type Editor, EditorPanel, Group, useEditor } from "../kit/editor";
import { NEW } from "../kit/list";
import { type Hours, OFFICE, WeekField } from "../kit/week";
import { ZoneField } from "../kit/zone";
import { nameOf, useRulesets } from "../targets";
import { LIST, type Sla } from "./slas";

type Business = { timezone: string; hours: Hours[] };
type Draft = {
  ruleset_id: string | null;
  target: number;
  warning: number | null;
  business: Business | null;
  isTold: boolean;
  webhook: string;
  isRerouted: boolean;
  reroutes: number;
};

const LONGEST = 7 * 24 * 60;
const { fields } = texts;

type Props = { before?: Sla; all: readonly Sla[]; onSaved: (secret: string | undefined) => void; onClose: () => void };

export function EditSla({ before, all, onSaved, onClose }: Props) {
  const rulesets = useRulesets();
  const editor = useEditor({
    name: `sla:${before?.id ?? NEW}`,
    initial: draftOf(before),
    labels: fields,
    refresh: [LIST, "/v1/user-webhooks"],
    save: (draft) => told(call.POST(LIST, { body: sent(draft) as never })),
    onSaved: ({ data }) => {
      onClose();
      toast(settings.saved);
      onSaved(data.webhook_secret);
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  const isReplaced = !before && all.some((sla) => sla.rulesetId === draft.ruleset_id);
  const named = before && (nameOf(rulesets, before.rulesetId) ?? before.rulesetId);
  return (
    <EditorPanel
      title={named ? texts.editSlaTitle(named) : texts.addSlaTitle}
      action={before ? common.save : common.add}
      editor={editor}
    >
      {!before && (
        <Select
          label={fields.ruleset_id}
          isRequired
          items={rulesets}
          value={draft.ruleset_id}
          placeholder={settings.choose}
          onChange={(ruleset_id) => set({ ruleset_id })}
          description={isReplaced ? texts.replaces : undefined}
          error={errors.of("ruleset_id")}
        />
      )}
      <Times editor={editor} />
      <Business editor={editor} />
      <Group title={fields.escalation}>
        <Switch isSelected={draft.isTold} onChange={(isTold) => set({ isTold })}>
          {texts.tell}
        </Switch>
        <TextField
          label={fields.alert_webhook}
          type="url"
          value={draft.webhook}
          onChange={(webhook) => set({ webhook })}
          description={texts.webhookHint}
          error={errors.of("alert_webhook")}
        />
        <Switch isSelected={draft.isRerouted} onChange={(isRerouted) => set({ isRerouted })}>
          {texts.rerouteSwitch}
        </Switch>
        {draft.isRerouted && (
          <NumberField
            label={fields.max_reroutes}
            isRequired
            minValue={1}
            maxValue={10}
            value={draft.reroutes}
            onChange={(reroutes) => set({ reroutes })}
            description={texts.rerouteHint}
            error={errors.of("max_reroutes")}
          />
        )}
      </Group>
    </EditorPanel>
  );
}

function Times({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <NumberField
        label={fields.first_response_target_minutes}
        isRequired
        minValue={1}
        maxValue={LONGEST}
        value={draft.target}
        onChange={(target) => set({ target })}
        description={texts.targetHint}
        error={errors.of("first_response_target_minutes")}
      />
      <NumberField
        label={fields.warn_minutes}
        minValue={1}
        maxValue={LONGEST}
        value={draft.warning ?? Number.NaN}
        onChange={(value) => set({ warning: Number.isNaN(value) ? null : value })}
        description={texts.warnHint}
        error={errors.of("warn_minutes")}
      />
    </div>
  );
}

function Business({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  const { business } = draft;
  return (
    <Group title={fields.business_hours} hint={texts.businessHint}>
      <Switch
        isSelected={business !== null}
        onChange={(isOn) => set({ business: isOn ? { timezone: viewerZone, hours: [OFFICE] } : null })}
      >
        {texts.business}
      </Switch>
      {business && (
        <>
          <ZoneField
            label={fields["business_hours.timezone"]}
            value={business.timezone}
            onChange={(zone) => set({ business: { ...business, timezone: zone ?? viewerZone } })}
            error={errors.of("business_hours.timezone")}
          />
          <WeekField
            value={business.hours}
            onChange={(hours) => set({ business: { ...business, hours } })}
            error={errors.of("business_hours.hours") ?? errors.of("business_hours")}
          />
        </>
      )}
    </Group>
  );
}

function draftOf(sla: Sla | undefined): Draft {
  return {
    ruleset_id: sla?.rulesetId ?? null,
    target: sla?.first_response_target_minutes ?? 60,
    warning: sla?.warn_minutes ?? null,
    business: (sla?.business_hours as Business | null | undefined) ?? null,
    isTold: sla?.alert_on_breach ?? true,
    webhook: sla?.alert_webhook ?? "",
    isRerouted: sla?.escalation === "reroute",
    reroutes: sla?.max_reroutes || 1,
  };
}

/** A draft as the server takes it. */
function sent(draft: Draft) {
  return {
    ruleset_id: draft.ruleset_id,
    first_response_target_minutes: draft.target,
    warn_minutes: draft.warning,
    business_hours: draft.business,
    alert_on_breach: draft.isTold,
    alert_webhook: draft.webhook || null,
    escalation: draft.isRerouted ? "reroute" : "none",
    ...(draft.isRerouted && { max_reroutes: draft.reroutes }),
  };
}
