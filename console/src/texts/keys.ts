/** API keys: how other programs sign in. */
export const keys = {
  title: "API keys",
  hint: "Other programs sign in with a key. Give each its own, with only what it needs.",
  add: "Create a key",
  addTitle: "Create a key",
  empty: "No keys yet",
  emptyHint: "Create one for the first program that should send leads or read results.",
  columns: { name: "Name", may: "May", created: "Created", used: "Last used", expires: "Expires" } as const,
  never: "Never",
  expired: "Expired",
  everything: "Everything",

  name: "Name",
  nameHint: "Which program it is for, such as “Website form”.",
  expires: "Expires",
  expiresHint: "Empty for a key that works until it is revoked.",
  reach: "What it may do",
  reaches: { all: "Everything", some: "Only some things" } as const,
  reachHints: {
    all: "Including users, keys and all settings. For programs that you trust like yourself.",
    some: "Choose for each area.",
  } as const,
  areas: { leads: "Leads", routing: "Rules and routing", workflows: "Workflows", people: "Reps" } as const,
  levels: { none: "Nothing", read: "Read", write: "Read and change" } as const,
  levelOf: { read: (area: string) => `${area}: read`, write: (area: string) => `${area}: read and change` } as const,
  chooseSomething: "Choose at least one area, or a key for everything.",

  shownTitle: (name: string) => `The key “${name}”`,
  shownHint:
    "Copy it now and keep it where your program can read it: only a fingerprint is stored here, so it is never shown again.",
  spelling: "Written for",
  spellings: {
    nexor: "Processors (nxr_live_…)",
    routeswit: "Rulesets (sk_live_…)",
    dialnexa: "Workflows (id:secret)",
  } as const,
  spellingHint: "Every spelling works at every address; programs made for one of them expect theirs.",
  key: "Key",

  revoke: "Revoke",
  revokeOne: (name: string) => `Revoke ${name}`,
  revokeTitle: (name: string) => `Revoke ${name}?`,
  revokeHint: "Programs that use it are refused at once. This cannot be undone.",
  revoked: (name: string) => `${name} is revoked.`,
} as const;
