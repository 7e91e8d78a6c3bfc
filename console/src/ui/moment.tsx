import { formatAgo, formatMoment, formatMomentLong } from "./format";

/** A moment in the viewer's zone; `isAgo` says how far away it is. Resting on it shows it in full. */
export function Moment({ at, isAgo }: { at: string; isAgo?: boolean }) {
  return (
    <time dateTime={at} title={formatMomentLong(at)} className="whitespace-nowrap">
      {isAgo ? formatAgo(at) : formatMoment(at)}
    </time>
  );
}
