/** Importing files. */
import { formatNumber, formatSpan } from "../ui/format";

const rows = (count: number) => `${formatNumber(count)} ${count === 1 ? "row" : "rows"}`;

export const imports = {
  title: "Import",
  hint: "Bring in the leads of a spreadsheet. Nothing is taken in before you have seen what each column becomes.",
  mayNotWrite: "Your role lets you see imports, and not start any. Ask an owner or admin of your organization.",

  dropLabel: "Drop a CSV or XLSX file here",
  dropHint: (largest: string) => `Its first row names the columns. At most ${largest}.`,
  choose: "Choose a file",
  uploading: (name: string) => `Looking through ${name}`,
  oneFile: "Please drop one file at a time.",
  notAFile: "That is not a file. Drop a CSV or XLSX file.",
  tooLarge: (name: string, largest: string) =>
    `${name} is larger than ${largest}, which is the most this server takes. Split it into smaller files.`,
  megabytes: (bytes: number) => `${formatNumber(bytes / 1024 / 1024)} MB`,

  earlier: "Imports so far",
  earlierEmpty: "No imports yet",
  earlierEmptyHint: "Drop a file above. It is listed here as soon as it is uploaded.",
  columns: {
    file: "File",
    target: "Went to",
    state: "State",
    rows: "Rows",
    accepted: "Taken in",
    rejected: "Rejected",
    when: "Uploaded",
    by: "By",
  },
  states: {
    uploaded: "Not started",
    running: "Running",
    done: "Done",
    failed: "Stopped by a problem",
    cancelled: "Cancelled",
  } as const,
  more: "Show older ones",
  runningAt: (share: string) => `Running, ${share}`,

  kinds: { processor: "Processor", workflow: "Workflow", ruleset: "Ruleset" } as const,

  prepareHint: (count: number) => `${rows(count)}. Say where the leads go, check the columns, then start.`,
  where: "Where the leads go",
  kindLabel: "Send each lead",
  kindChoices: {
    processor: { label: "Through a processor", hint: "Its rules choose a workflow for each lead" },
    workflow: { label: "Straight into a workflow", hint: "All leads enter the same one" },
    ruleset: { label: "To a person, by a ruleset", hint: "Its rules give each lead to somebody" },
  } as const,
  targetLabel: { processor: "Processor", workflow: "Workflow", ruleset: "Ruleset" } as const,
  targetPlaceholder: "Choose one",
  targetMissing: "Choose where the leads go.",
  noTargets: "Nothing takes leads yet",
  noTargetsHint: "Make a workflow first, or a processor or ruleset. This file waits here for a day.",
  toWorkflows: "Go to workflows",
  sourceLabel: "Source of the leads",
  sourceHint: "For rows that name none themselves.",
  sourceMissing: "Give the source a name, such as the name of the list.",

  mapping: "What each column becomes",
  mappingHint: "Guessed from the names of the columns. Rules can use fields and extra fields.",
  column: "Column",
  examples: "First values",
  becomes: "Becomes",
  becomesOf: (column: string) => `What ${column} becomes`,
  noExamples: "empty in the first rows",
  fields: {
    first_name: "First name",
    last_name: "Last name",
    email: "E-mail",
    phone: "Phone number",
    source: "Source",
    company: "Company",
    title: "Job title",
    campaign_id: "Campaign (its id)",
    external_id: "Your own id of the lead",
  } as Record<string, string>,
  extra: "Extra field",
  extraHint: "Kept beside the lead, under a name of its own",
  leaveOut: "Leave out",
  extraName: (column: string) => `Name of the extra field for ${column}`,
  extraMissing: "Give the extra field a name.",
  taken: (column: string) => `${column} becomes this already.`,
  showAll: (count: number) => `Show all ${formatNumber(count)} columns`,
  notes: {
    name: "No column is the first name: each lead will be called by your own id, or by the number of its row.",
    nameNeeded: "Rows without a first name are rejected.",
    phone: "No column is the phone number: workflows that call people reject every row.",
    id: "No column is your own id of the lead: the same person in another file comes in a second time.",
    nothing: "Every column is left out. Keep at least one.",
  },
  mend: "Something above still needs a decision.",

  sample: "First rows of the file",
  sampleHint: "As the file has them, with the numbers a spreadsheet shows.",
  row: "Row",
  broken: "This row cannot be read:",
  encoding: "Letters read as",
  encodingHint: "If names look wrong, choose another one.",
  encodingFixed: "If names look wrong, upload the file again and choose another one.",
  encodings: {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "windows-1252": "Western European (Windows-1252)",
    "windows-1250": "Central European (Windows-1250)",
    "windows-1251": "Cyrillic (Windows-1251)",
    "windows-1253": "Greek (Windows-1253)",
    "windows-1254": "Turkish (Windows-1254)",
    "iso-8859-15": "Western European (ISO 8859-15)",
    "mac-roman": "Western European (Macintosh)",
    shift_jis: "Japanese (Shift JIS)",
    gb18030: "Chinese (GB 18030)",
    big5: "Chinese (Big5)",
    "euc-kr": "Korean (EUC-KR)",
  } as Record<string, string>,

  start: (count: number) => `Import ${rows(count)}`,
  drop: "Drop this file",
  dropped: "The file was dropped. Nothing of it was taken in.",
  back: "All imports",

  progress: (name: string) => `Importing ${name}`,
  progressOf: (done: number, total: number) => `${formatNumber(done)} of ${rows(total)}`,
  speed: (perSecond: number) => `${formatNumber(Math.round(perSecond))} rows a second`,
  left: (seconds: number) => `about ${formatSpan(Math.max(1, seconds))} left`,
  mayLeave: "You may leave this page or close the browser: the import goes on, and you find it here again.",
  waiting:
    "No engine has taken this import so far. It starts by itself as soon as one does; if that takes long, ask whoever runs the server whether an engine is running.",
  stop: "Stop the import",
  stopTitle: "Stop this import?",
  stopHint: "Leads that were taken in stay. The rest of the file is not imported.",

  took: (seconds: number) => `Took ${formatSpan(seconds)}.`,
  doneTitle: "The import is done",
  failedTitle: "The import was stopped by a problem",
  cancelledTitle: "The import was cancelled",
  failedHint:
    "The rows before it are in. Mend what is named here, then import the same file again the same way: rows that are in are recognised and not taken in twice.",
  cancelledHint: (done: number, total: number) =>
    `It stopped after ${formatNumber(done)} of ${rows(total)}. Import the same file again the same way to go on: rows that are in are recognised.`,
  cancelledUnstarted: "The file was dropped before it was started. Nothing of it was taken in.",
  accepted: "Taken in",
  known: "Already there",
  rejected: "Rejected",
  doneOf: (total: number) => `of ${rows(total)}`,
  seeLeads: "See the leads",
  seeTarget: { processor: "Open the processor", workflow: "Open the workflow", ruleset: "Open the ruleset" } as const,
  another: "Import another file",
  details: "About this import",

  rejects: "Rejected rows",
  rejectsHint: "Download them, mend them in a spreadsheet, and import that file: only these rows come in again.",
  rejectsNone: "Every row was taken in",
  rejectsNoneHint: "No row was rejected.",
  rejectsNothingDone: "No row was looked at",
  download: "Download as CSV",
  reason: "Why it was rejected",
  firstRejects: (shown: number, total: number) => `The first ${formatNumber(shown)} of ${formatNumber(total)}.`,
} as const;

/** What the server says, as a sentence in which fields have the names they have on these pages. */
export function sentence(text: string): string {
  const named = text.replace(/\b[a-z]+_[a-z]+\b/g, (word) => imports.fields[word] ?? word);
  return named.charAt(0).toUpperCase() + named.slice(1);
}
