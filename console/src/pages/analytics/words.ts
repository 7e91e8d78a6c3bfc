/** Days and spans as the figures say them. */
const day = new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeZone: "UTC" });
const ms = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 1 });

/** `iso` is a day of some zone's calendar, "2026-03-31": no zone may move it. */
export function formatDay(iso: string): string {
  return day.format(new Date(`${iso}T00:00:00Z`));
}

export function formatMs(value: number): string {
  return `${ms.format(value)} ms`;
}

export function formatMoney(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(navigator.language, {
      style: "currency",
      currency,
      maximumFractionDigits: 0,
    }).format(amount);
  } catch {
    return `${ms.format(amount)} ${currency}`;
  }
}
