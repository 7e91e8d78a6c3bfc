/** What the drawing board of workflows says. */
const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const canvas = {
  drawing: "Drawing of the workflow",
  map: "Map of the drawing",
  empty: "Begin with the first thing that happens to a lead: often a call. Add it on the left.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Show everything",
  title: "Draw a workflow",
  titleOf: (workflow: string) => `Draw ${workflow}`,
  saved: "The drawing is saved.",
  copyOf: (label: string) => `${label} (copy)`,
  live: "Leads are on their way in this workflow. What you change holds for them from their next step on.",
  over: "This workflow is over, so its drawing stays as it is. Copy the workflow to draw on.",

  palette: {
    title: "Add a step",
    hint: "Click, or drag it onto the drawing.",
    add: "Add a step: ",
  },

  finder: {
    title: (count: number) => (count === 1 ? "1 step" : `${count} steps`),
    find: "Find a step",
    none: "No step is called that.",
    more: (count: number) => `… and ${count} more. Type to find them.`,
  },

  toolbar: {
    back: "Back to the workflow",
    allSaved: "Saved",
    readOnly: "To look at only",
    undo: "Undo",
    redo: "Redo",
    tidy: "Tidy up",
    statuses: "Statuses of leads",
    discard: "Discard",
    noProblems: "Ready",
    problems: (count: number) => plural(count, "thing to do", "things to do"),
  },

  removal: {
    title: (label: string) => `Remove “${label}”?`,
    several: (count: number) => `Remove ${count} steps?`,
    standing: (count: string, isOne: boolean) => `${count} ${isOne ? "lead stands" : "leads stand"} here now.`,
    stay: "Once the drawing is saved they stay where they are, without a step: a wait or a call that has begun still ends, but no way leads on from it. They move again only when you put them into a workflow anew.",
    instead:
      "If they are to go on, keep the step and change what it does or where it leads. To bring it back later does not help them: it would be a new step.",
  },
  discard: {
    title: "Discard your changes?",
    hint: "The drawing goes back to what is saved. This cannot be undone.",
    action: "Discard",
  },

  panel: {
    title: "Details",
    name: "Name",
    next: "Where leads go next",
    duplicate: "Duplicate",
    remove: "Remove",
    connection: "Connection",
    connects: (from: string, branch: string, to: string) => `${from} → ${branch} → ${to}`,
    removeConnection: "Remove the connection",
    several: (count: number) => `${count} steps chosen`,
  },

  ways: {
    none: "A lead that comes here has reached its end.",
    nowhere: "Nowhere yet",
    fresh: (kind: string) => `New step: ${kind}`,
    open: (branch: string) => `Go to the step after “${branch}”`,
    more: "Another outcome",
    choose: "Choose an outcome",
  },

  checklist: {
    title: "Before it can be activated",
    ready: "Nothing is missing: it can be activated.",
    left: (count: number) => `${plural(count, "thing is", "things are")} still to do. Choose one to go there.`,
  },

  statuses: {
    title: "Statuses of leads",
    hint: "What a lead of this workflow can be, in order. One is the first; those that are an end finish the workflow for a lead.",
    name: (at: number) => `Name of status ${at}`,
    category: (label: string) => `Meaning of ${label}`,
    categories: { active: "Under way", won: "Won", lost: "Lost", paused: "Paused", deferred: "Put off" },
    initial: "First",
    initialOf: (label: string) => `${label} is the first`,
    terminal: "End",
    terminalOf: (label: string) => `${label} is an end`,
    up: (label: string) => `Move ${label} up`,
    down: (label: string) => `Move ${label} down`,
    remove: (label: string) => `Remove ${label}`,
    add: "Add a status",
    done: "Use these",
    problems: {
      nameless: "Every status needs a name.",
      initial: "Exactly one status has to be the first.",
      terminal: "At least one status has to be an end.",
      both: "The first status cannot be an end.",
    },
  },

  conflict: {
    notice: "Somebody else has changed this workflow since you opened it.",
    show: "Show what they changed",
    title: "Somebody else has changed this workflow",
    hint: "Nothing of yours was lost, and nothing was saved. This is what they changed:",
    added: "Steps added",
    removed: "Steps removed",
    changed: "Steps changed",
    waysAdded: "Connections added",
    waysRemoved: "Connections removed",
    statuses: "Statuses",
    statusesChanged: "The statuses of leads are others now.",
    moved: "Steps moved",
    part: { label: "its name", config: "what it does", place: "its place" },
    parts: (label: string, parts: readonly string[]) => `${label}: ${parts.join(", ")}`,
    later: "Later",
    take: "Take theirs",
    overwrite: "Save mine over theirs",
  },

  aria: {
    "node.a11yDescription.default": "Press Enter to open the step.",
    "node.a11yDescription.keyboardDisabled":
      "Press Enter to open the step. Use the arrow keys to move it once it is open, Delete to remove it.",
    "node.a11yDescription.ariaLiveMessage": ({ direction }: { direction: string; x: number; y: number }) =>
      `Step moved ${direction}.`,
    "edge.a11yDescription.default": "Press Delete to remove the connection.",
    "handle.ariaLabel": "Connection point",
    "minimap.ariaLabel": "Map of the drawing",
  },

  /** The same where nothing can be changed. */
  ariaLook: {
    "node.a11yDescription.default": "Press Enter to choose the step.",
    "node.a11yDescription.keyboardDisabled": "Press Enter to choose the step.",
    "minimap.ariaLabel": "Map of the drawing",
  },
} as const;
