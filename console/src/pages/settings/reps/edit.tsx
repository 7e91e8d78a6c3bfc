/** Adding and changing a rep. */
import { api, call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { reps as texts } from "../../../texts/settings-reps";
import { NumberField, Switch, TextField } from "../../../ui/field";
import { Select } from "../../../ui/select";
import { toast } from "../../../ui/toast";
import { changesOf, told } from "../kit/answers";
import { type Editor, EditorPanel, Group, useEditor } from "../kit/editor";
import { Loaded } from "../kit/list";
import { localOf, MomentField, momentOf } from "../kit/moment";
import { type Pair, PairsField, pairsOf, valuesOf } from "../kit/pairs";
import { type Hours, OFFICE, WeekField } from "../kit/week";
import { ZoneField } from "../kit/zone";
import { REFRESH } from ".";
import { type Away, TimeOffField } from "./time-off";

type Stored = components["schemas"]["RepRecord"];

type Draft = {
  name: string;
  email: string;
  rep_id: string;
  status: string;
  ooo_until: string;
  overflow_to: string | null;
  timezone: string | null;
  working_hours: Hours[] | null;
  time_off: Away[];
  max_per_day: number | null;
  max_per_week: number | null;
  max_open: number | null;
  attributes: Pair[];
};

const BLANK: Draft = {
  name: "",
  email: "",
  rep_id: "",
  status: "active",
  ooo_until: "",
  overflow_to: null,
  timezone: null,
  working_hours: null,
  time_off: [],
  max_per_day: null,
  max_per_week: null,
  max_open: null,
  attributes: [],
};

const { fields } = texts;
const LABELS = { ...fields };
const REASONS = {
  OVERFLOW_CYCLE: "overflow_to",
  OVERFLOW_OOO: "overflow_to",
  OVERFLOW_INACTIVE: "overflow_to",
  DUPLICATE_REP_ID: "rep_id",
};
const NOBODY = "nobody:";

export function NewRep({ onClose }: { onClose: () => void }) {
  const editor = useEditor({
    name: "rep:new",
    initial: BLANK,
    labels: LABELS,
    reasons: REASONS,
    refresh: REFRESH,
    save: ({ rep_id, ...draft }: Draft) => {
      const body = {
        name: draft.name,
        email: draft.email,
        ...(rep_id && { rep_id }),
        ...changesOf(sent(BLANK), sent(draft)),
      };
      return told(call.POST("/api/v1/reps", { body: body as never }));
    },
    onSaved: onClose,
    onClose,
  });
  return (
    <EditorPanel title={texts.addTitle} editor={editor} action={common.add}>
      <Fields editor={editor} isNew />
    </EditorPanel>
  );
}

export function EditRep({ rep, onClose }: { rep: string; onClose: () => void }) {
  const stored = api.useQuery("get", "/api/v1/reps/{rep_id}", { params: { path: { rep_id: rep } } }, { staleTime: 0 });
  return <Loaded query={stored}>{({ data }) => <Change stored={data} onClose={onClose} />}</Loaded>;
}

function Change({ stored, onClose }: { stored: Stored; onClose: () => void }) {
  const initial = draftOf(stored);
  const editor = useEditor({
    name: `rep:${stored.id}`,
    initial,
    labels: LABELS,
    reasons: REASONS,
    refresh: REFRESH,
    save: (draft) => {
      const params = { path: { rep_id: stored.repId } };
      const body = changesOf(sent(initial), sent(draft));
      if (Object.keys(body).length === 0) return Promise.resolve(null);
      return told(call.PATCH("/api/v1/reps/{rep_id}", { params, body: body as never }));
    },
    onSaved: () => {
      toast(settings.saved);
      onClose();
    },
    onClose,
  });
  return (
    <EditorPanel title={texts.editTitle(stored.name)} editor={editor}>
      <Fields editor={editor} id={stored.repId} />
    </EditorPanel>
  );
}

function Fields({ editor, isNew, id }: { editor: Editor<Draft>; isNew?: boolean; id?: string }) {
  const { draft, set, errors } = editor;
  return (
    <>
      <TextField
        label={fields.name}
        isRequired
        maxLength={128}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errors.of("name")}
      />
      <TextField
        label={fields.email}
        type="email"
        isRequired
        value={draft.email}
        onChange={(email) => set({ email })}
        error={errors.of("email")}
      />
      <TextField
        label={fields.rep_id}
        isCode
        isReadOnly={!isNew}
        value={isNew ? draft.rep_id : (id ?? "")}
        onChange={(rep_id) => set({ rep_id })}
        description={isNew ? texts.idHint : undefined}
        error={errors.of("rep_id")}
      />
      <Presence editor={editor} id={id} />
      <WorkingHours editor={editor} />
      <Group title={texts.timeOff} hint={texts.timeOffHint}>
        <TimeOffField value={draft.time_off} onChange={(time_off) => set({ time_off })} error={errors.of("time_off")} />
      </Group>
      <Caps editor={editor} />
      <Group title={texts.attributes} hint={texts.attributesHint}>
        <PairsField
          names={{ label: texts.attributeName }}
          values={{ label: texts.attributeValue }}
          add={texts.addAttribute}
          pairs={draft.attributes}
          onChange={(attributes) => set({ attributes })}
          error={errors.of("attributes")}
        />
      </Group>
    </>
  );
}

function Presence({ editor: { draft, set, errors }, id }: { editor: Editor<Draft>; id: string | undefined }) {
  const others = api.useQuery("get", "/api/v1/reps", {});
  const items = (others.data ?? [])
    .filter((rep) => rep.repId !== id && rep.status !== "INACTIVE")
    .map((rep) => ({ id: rep.repId, label: rep.name, hint: rep.repId }));
  return (
    <Group title={texts.presence}>
      <Select
        label={fields.status}
        items={Object.entries(texts.statuses)
          .filter(([status]) => status !== "inactive" || draft.status === "inactive")
          .map(([status, label]) => ({ id: status, label }))}
        value={draft.status}
        onChange={(status) => set({ status })}
        description={id && draft.status !== "inactive" ? texts.statusHint : undefined}
        error={errors.of("status")}
      />
      {draft.status === "ooo" && (
        <>
          <MomentField
            label={fields.ooo_until}
            description={texts.untilHint}
            value={draft.ooo_until}
            onChange={(ooo_until) => set({ ooo_until })}
            error={errors.of("ooo_until")}
          />
          <Select
            label={fields.overflow_to}
            description={texts.standInHint}
            items={[{ id: NOBODY, label: texts.nobody }, ...items]}
            value={draft.overflow_to ?? NOBODY}
            onChange={(rep) => set({ overflow_to: rep === NOBODY ? null : rep })}
            error={errors.of("overflow_to")}
          />
        </>
      )}
    </Group>
  );
}

function WorkingHours({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  return (
    <Group title={texts.hours} hint={texts.hoursHint}>
      <ZoneField
        label={fields.timezone}
        none={texts.noZone}
        description={texts.zoneHint}
        value={draft.timezone}
        onChange={(timezone) => set({ timezone })}
        error={errors.of("timezone")}
      />
      <Switch
        isSelected={draft.working_hours !== null}
        onChange={(isOn) => set({ working_hours: isOn ? [OFFICE] : null })}
      >
        {texts.hoursOnly}
      </Switch>
      {draft.working_hours && (
        <WeekField
          value={draft.working_hours}
          onChange={(working_hours) => set({ working_hours })}
          error={errors.of("working_hours")}
        />
      )}
    </Group>
  );
}

const CAPS = ["max_per_day", "max_per_week", "max_open"] as const;

function Caps({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  return (
    <Group title={texts.caps} hint={texts.capsHint}>
      <div className="grid grid-cols-3 gap-3">
        {CAPS.map((cap) => (
          <NumberField
            key={cap}
            label={fields[cap]}
            minValue={1}
            maxValue={1_000_000}
            value={draft[cap] ?? Number.NaN}
            onChange={(value) => set({ [cap]: Number.isNaN(value) ? null : value })}
            error={errors.of(cap)}
          />
        ))}
      </div>
    </Group>
  );
}

function draftOf(stored: Stored): Draft {
  return {
    name: stored.name,
    email: stored.email ?? "",
    rep_id: stored.repId,
    status: stored.status,
    ooo_until: localOf(stored.oooUntil),
    overflow_to: stored.overflowTo,
    timezone: stored.timezone,
    working_hours: stored.workingHours as Hours[] | null,
    time_off: stored.timeOff.map((away) => ({
      from: localOf(away.from),
      until: localOf(away.until),
      reason: away.reason ?? "",
    })),
    max_per_day: stored.maxPerDay,
    max_per_week: stored.maxPerWeek,
    max_open: stored.maxOpen,
    attributes: pairsOf(stored.attributes),
  };
}

/** A draft as the server takes it. */
function sent({ rep_id: _, ...draft }: Omit<Draft, "rep_id"> & { rep_id?: string }) {
  const isOut = draft.status === "ooo";
  return {
    ...draft,
    ooo_until: isOut ? momentOf(draft.ooo_until) : null,
    overflow_to: isOut ? draft.overflow_to : null,
    time_off: draft.time_off.map((away) => ({
      from: momentOf(away.from),
      until: momentOf(away.until),
      reason: away.reason || null,
    })),
    attributes: valuesOf(draft.attributes),
  };
}
