/** People who share the leads of a rule, with their weights. */
import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { rules } from "../../texts/rules";
import { IconButton } from "../../ui/button";
import { NumberField } from "../../ui/field";
import { type Choice, ComboBox } from "../../ui/select";
import { type Choices, type Member, repOf, weightOf } from "./model";
import { nameOf } from "./target";

const texts = rules.target;
const LEAST_WEIGHT = 0.001;
const MOST_WEIGHT = 1_000_000;

export function personChoices(choices: Choices | undefined): Choice[] {
  return (choices?.reps ?? []).map((rep) => ({
    id: rep.rep_id,
    label: rep.name,
    hint: rep.status === "inactive" ? texts.inactive : rep.status === "ooo" ? texts.ooo : rep.rep_id,
  }));
}

type Props = {
  label: string;
  hint?: string;
  pool: readonly Member[];
  isWeighted: boolean;
  choices: Choices | undefined;
  isReadOnly: boolean;
  onChange: (pool: Member[]) => void;
};

export function PoolEditor({ label, hint, pool, isWeighted, choices, isReadOnly, onChange }: Props) {
  const [added, setAdded] = useState(0);
  const there = pool.map(repOf).join();
  // The same list as long as it says the same: a list that opens anew closes the one that is open.
  const others = useMemo(
    () => personChoices(choices).filter((choice) => !there.split(",").includes(choice.id)),
    [choices, there],
  );
  const setWeight = (rep: string, weight: number) =>
    onChange(pool.map((member) => (repOf(member) === rep ? { rep_id: rep, weight } : member)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as this is
    <div role="group" aria-label={label} className="flex flex-col gap-2">
      <p className="font-medium">{label}</p>
      {hint && <p className="text-muted text-xs">{hint}</p>}
      {pool.length === 0 && <p className="text-muted">{texts.nobody}</p>}
      <ul className="flex flex-wrap gap-2 empty:hidden">
        {pool.map((member) => {
          const rep = repOf(member);
          const name = nameOf(rep, choices);
          return (
            <li key={rep} className="flex items-center gap-2 rounded-lg bg-sunken py-0.5 pr-1 pl-3">
              <span className="max-w-56 truncate">{name}</span>
              {isWeighted && (
                <div className="w-28">
                  <NumberField
                    label={texts.weight(name)}
                    isLabelHidden
                    value={weightOf(member)}
                    minValue={LEAST_WEIGHT}
                    maxValue={MOST_WEIGHT}
                    onChange={(weight) => setWeight(rep, Number.isNaN(weight) ? 1 : weight)}
                    isDisabled={isReadOnly}
                  />
                </div>
              )}
              {!isReadOnly && (
                <IconButton
                  label={texts.removePerson(name)}
                  icon={X}
                  isSmall
                  onPress={() => onChange(pool.filter((one) => repOf(one) !== rep))}
                />
              )}
            </li>
          );
        })}
      </ul>
      {!isReadOnly && (
        <div className="max-w-xs">
          <ComboBox
            key={added}
            label={texts.addPerson}
            isLabelHidden
            items={others}
            value={null}
            onChange={(rep) => {
              onChange([...pool, rep]);
              setAdded(added + 1);
            }}
            placeholder={texts.addPerson}
          />
        </div>
      )}
    </div>
  );
}
