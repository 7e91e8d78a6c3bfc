/** Promising a first response. Saving replaces the whole promise of the ruleset. */
import { call } from "../../../api/client";
import { alerts as texts } from "../../../texts/settings-connections";
import { NumberField, Switch, TextField } from "../../../ui/field";
import { viewerZone } from "../../../ui/format";
import { told } from "../kit/answers";
import { type Editor, Group } from "../kit/editor";
import { type Hours, OFFICE, WeekField } from "../kit/week";
import { ZoneField } from "../kit/zone";
import { AlertPanel, type EditProps, useAlertEditor } from "./alert-panel";
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

export function EditSla(props: EditProps<Sla>) {
  const editor = useAlertEditor(props, {
    name: "sla",
    path: LIST,
    initial: draftOf(props.before),
    save: (draft) => told(call.POST(LIST, { body: sent(draft) as never })),
  });
  const { draft, set, errors } = editor;
  return (
    <AlertPanel of={props} editor={editor} titles={{ add: texts.addSlaTitle, edit: texts.editSlaTitle }}>
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
    </AlertPanel>
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
