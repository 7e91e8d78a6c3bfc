/** Who gets the leads of a rule: one person, several in turn, by territory, or by skill. */
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { call } from "../../api/client";
import { rules } from "../../texts/rules";
import { Button, IconButton } from "../../ui/button";
import { TextArea, TextField } from "../../ui/field";
import { Segments } from "../../ui/segments";
import { ComboBox, Select } from "../../ui/select";
import type { Assignment, Choices, Field, Member } from "./model";
import { PoolEditor, personChoices } from "./pool";
import { withType } from "./target";
import { TextProblem } from "./text-pane";
import { useSettled } from "./use-checks";

const texts = rules.target;
const DEFAULT = "default";
const LONGEST_TEXT = 4096;
const TYPES = Object.entries(texts.types).map(([id, label]) => ({ id: id as Assignment["type"], label }));
const METHODS = (["equal_distribution", "weighted", "least_loaded"] as const).map((id) => ({
  id,
  label: texts.methods[id],
}));
const MATCH_METHODS = (["round_robin", "least_loaded"] as const).map((id) => ({ id, label: texts.methods[id] }));

type Props = {
  assignment: Assignment | null;
  choices: Choices | undefined;
  fields: readonly Field[];
  isReadOnly: boolean;
  onChange: (assignment: Assignment) => void;
};
type PartProps = Omit<Props, "assignment"> & { assignment: Assignment };

export function AssignmentForm({ assignment, onChange, ...props }: Props) {
  const current = assignment ?? { type: "specific_rep" };
  const part = { ...props, assignment: current, onChange };
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="mb-1 font-medium">{texts.who}</p>
        <div className="flex">
          <Segments
            label={texts.who}
            items={TYPES}
            value={current.type}
            onChange={(type) => type !== current.type && !props.isReadOnly && onChange(withType(assignment, type))}
          />
        </div>
      </div>
      {props.choices?.reps.length === 0 && (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-warn">{texts.noPeople}</p>
      )}
      {current.type === "specific_rep" && <OnePerson {...part} />}
      {current.type === "round_robin" && (
        <>
          <MethodSelect {...part} methods={METHODS} />
          <PoolEditor
            label={texts.people}
            pool={current.pool ?? []}
            isWeighted={current.method === "weighted"}
            choices={props.choices}
            isReadOnly={props.isReadOnly}
            onChange={(pool) => onChange({ ...current, pool })}
          />
        </>
      )}
      {current.type === "territory" && <Territories {...part} />}
      {current.type === "match" && <Skills {...part} />}
    </div>
  );
}

function OnePerson({ assignment, choices, isReadOnly, onChange }: PartProps) {
  return (
    <div className="max-w-md">
      <ComboBox
        label={texts.person}
        items={personChoices(choices)}
        value={assignment.rep_id || null}
        onChange={(rep_id) => onChange({ ...assignment, rep_id })}
        placeholder={texts.choosePerson}
        isDisabled={isReadOnly}
      />
    </div>
  );
}

type MethodProps = PartProps & { methods: readonly { id: string; label: string }[] };

function MethodSelect({ assignment, isReadOnly, onChange, methods }: MethodProps) {
  return (
    <div className="max-w-md">
      <Select
        label={texts.method}
        items={methods}
        value={assignment.method ?? methods[0]?.id ?? null}
        onChange={(method) => onChange({ ...assignment, method })}
        isDisabled={isReadOnly}
      />
    </div>
  );
}

function Territories(props: PartProps) {
  const { assignment, choices, fields, isReadOnly, onChange } = props;
  const map = assignment.territory_map ?? {};
  const change = (territory_map: Record<string, Member[]>) => onChange({ ...assignment, territory_map });
  const names = Object.keys(map).filter((name) => name !== DEFAULT);
  const isWeighted = assignment.method === "weighted";
  const shared = { isWeighted, choices, isReadOnly };
  return (
    <>
      <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
        <ComboBox
          label={texts.field}
          isFree
          items={fields.map((field) => ({ id: field.path, label: field.path }))}
          value={assignment.territory_field ?? ""}
          onChange={(territory_field) => onChange({ ...assignment, territory_field: territory_field.trim() })}
          isDisabled={isReadOnly}
        />
        <MethodSelect {...props} methods={METHODS} />
      </div>
      <h3 className="font-medium">{texts.territories}</h3>
      {names.map((name) => (
        <div key={name} className="flex items-start gap-2 rounded-lg border border-line p-3">
          <div className="min-w-0 flex-1">
            <PoolEditor
              {...shared}
              label={`${texts.territory} ${name}`}
              pool={map[name] ?? []}
              onChange={(pool) => change({ ...map, [name]: pool })}
            />
          </div>
          {!isReadOnly && (
            <IconButton
              label={texts.removeTerritory(name)}
              icon={X}
              isSmall
              onPress={() => change(Object.fromEntries(Object.entries(map).filter(([one]) => one !== name)))}
            />
          )}
        </div>
      ))}
      {!isReadOnly && <NewTerritory taken={names} onAdd={(name) => change({ [name]: [], ...map })} />}
      <div className="rounded-lg border border-line p-3">
        <PoolEditor
          {...shared}
          label={texts.otherwise}
          hint={texts.otherwiseHint}
          pool={map[DEFAULT] ?? []}
          onChange={(pool) => {
            const { [DEFAULT]: _, ...rest } = map;
            change(pool.length > 0 ? { ...rest, [DEFAULT]: pool } : rest);
          }}
        />
      </div>
    </>
  );
}

function NewTerritory({ taken, onAdd }: { taken: readonly string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState("");
  const fresh = name.trim();
  const isFree = fresh !== "" && fresh !== DEFAULT && !taken.includes(fresh);
  const add = () => {
    if (!isFree) return;
    onAdd(fresh);
    setName("");
  };
  return (
    <div className="flex max-w-md items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label={texts.territory}
          placeholder={texts.territoryPlaceholder}
          value={name}
          onChange={setName}
          onKeyDown={(event) => event.key === "Enter" && add()}
        />
      </div>
      <Button icon={Plus} onPress={add} isDisabled={!isFree}>
        {texts.addTerritory}
      </Button>
    </div>
  );
}

function Skills(props: PartProps) {
  const { assignment, isReadOnly, onChange } = props;
  const isText = !Array.isArray(assignment.where);
  const where = isText ? String(assignment.where ?? "") : "";
  const asked = useSettled(where);
  const read = useQuery({
    queryKey: ["conditions", "read", "match", asked],
    queryFn: async ({ signal }) => {
      const { data } = await call.POST("/console/conditions/read", { body: { kind: "match", text: asked }, signal });
      return data ?? null;
    },
    enabled: asked.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <TextArea
        label={texts.where}
        description={texts.whereHint}
        isCode
        rows={3}
        maxLength={LONGEST_TEXT}
        value={where}
        onChange={(text) => onChange({ ...assignment, where: text })}
        isReadOnly={isReadOnly}
      />
      {!isText && <p className="text-warn">{texts.notText}</p>}
      {asked === where && read.data?.problem && <TextProblem problem={read.data.problem} />}
      <MethodSelect {...props} methods={MATCH_METHODS} />
    </>
  );
}
