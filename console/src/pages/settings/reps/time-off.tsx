/** Days on which a rep is away. */
import { Plus, Trash2 } from "lucide-react";
import { settings } from "../../../texts/settings";
import { reps as texts } from "../../../texts/settings-reps";
import { Button, IconButton } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { GroupError } from "../kit/editor";
import { MomentField } from "../kit/moment";

export type Away = { from: string; until: string; reason: string };

type Props = { value: readonly Away[]; onChange: (value: Away[]) => void; error: string | undefined };

export function TimeOffField({ value, onChange, error }: Props) {
  const put = (index: number, part: Partial<Away>) =>
    onChange(value.map((away, at) => (at === index ? { ...away, ...part } : away)));
  return (
    <div className="flex flex-col gap-3">
      {value.map((away, index) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own
          key={index}
          aria-label={settings.row(index + 1)}
          className="grid grid-cols-[1fr_1fr_auto] items-end gap-2"
        >
          <MomentField
            label={texts.timeOffFrom}
            isRequired
            value={away.from}
            onChange={(from) => put(index, { from })}
          />
          <MomentField
            label={texts.timeOffUntil}
            isRequired
            value={away.until}
            onChange={(until) => put(index, { until })}
          />
          <IconButton
            label={settings.removeRow(settings.row(index + 1))}
            icon={Trash2}
            onPress={() => onChange(value.filter((_, at) => at !== index))}
          />
          <div className="col-span-2">
            <TextField
              label={texts.timeOffReason}
              isLabelHidden
              placeholder={texts.timeOffReason}
              maxLength={256}
              value={away.reason}
              onChange={(reason) => put(index, { reason })}
            />
          </div>
        </fieldset>
      ))}
      <GroupError>{error}</GroupError>
      <div>
        <Button kind="quiet" icon={Plus} onPress={() => onChange([...value, { from: "", until: "", reason: "" }])}>
          {texts.addTimeOff}
        </Button>
      </div>
    </div>
  );
}
