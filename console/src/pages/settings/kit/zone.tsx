/** Time zones by their IANA names, as the browser knows them. */
import { settings } from "../../../texts/settings";
import { viewerZone } from "../../../ui/format";
import { ComboBox } from "../../../ui/select";

const NONE = "none";
const ZONES = [...new Set([viewerZone, "UTC", ...Intl.supportedValuesOf("timeZone")])];

type Props = {
  label: string;
  value: string | null;
  onChange: (zone: string | null) => void;
  /** What it means to have none; without it one must be chosen. */
  none?: string;
  description?: string;
  error?: string;
};

export function ZoneField({ value, onChange, none, ...props }: Props) {
  const known = value === null || ZONES.includes(value) ? ZONES : [value, ...ZONES];
  const items = known.map((zone) => ({
    id: zone,
    label: zone,
    ...(zone === viewerZone && { hint: settings.yourZone }),
  }));
  return (
    <ComboBox
      {...props}
      items={none ? [{ id: NONE, label: none }, ...items] : items}
      value={value ?? (none ? NONE : null)}
      onChange={(id) => onChange(id === NONE ? null : id)}
      isRequired={!none}
    />
  );
}
