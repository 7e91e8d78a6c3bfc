/** What the steps of a workflow are called, and what their forms say. */
import { operators } from "./operators";

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const UNIT_WORDS: Record<string, [string, string]> = {
  seconds: ["second", "seconds"],
  minutes: ["minute", "minutes"],
  hours: ["hour", "hours"],
  days: ["day", "days"],
};

/** Workflows have longer names for some of them besides. */
const OPERATOR_WORDS: Record<string, string> = {
  ...operators,
  equals: operators.eq,
  not_equals: operators.neq,
  greater_than: operators.gt,
  less_than: operators.lt,
};

export const steps = {
  otherNamed: (label: string) => `${label}, written out`,

  kinds: {
    VOICE_CALL: { name: "Call", hint: "Ring the lead" },
    TIME: { name: "Wait", hint: "Let time pass" },
    CONDITIONAL: { name: "Branch", hint: "Split the way" },
    APPLICATION: { name: "Action", hint: "Do something" },
    CONVERTED: { name: "Converted", hint: "Lead is won" },
    DROPPED: { name: "Dropped", hint: "Lead is out" },
  },

  onward: "Then",
  otherwise: "Otherwise",

  branches: {
    VOICE_CALL: {
      COMPLETED: "Answered",
      NO_ANSWER: "No answer",
      BUSY: "Busy",
      VOICEMAIL: "Voicemail",
      DNP: "Not reached",
      FAILED: "Call failed",
    },
    TIME: {},
    CONDITIONAL: { true: "Yes", false: "No" },
    APPLICATION: { success: "If it works", failure: "If it fails" },
    CONVERTED: {},
    DROPPED: {},
  } as Record<string, Record<string, string>>,

  branchHints: {
    DNP: "no answer, busy or voicemail",
    "": "every outcome that has no way of its own",
  } as Record<string, string>,

  actions: {
    webhook: "Call a web address",
    email: "Send an e-mail",
    sms: "Send a text message",
    whatsapp: "Send a WhatsApp message",
    assign_rep: "Assign a rep",
    set_status: "Set the status",
    add_tag: "Add a tag",
    update_lead: "Change the lead",
  },

  operatorWords: (operator: string): string => OPERATOR_WORDS[operator] ?? operator,

  summary: {
    wait: (value: number, unit: string) => {
      const [one, many] = UNIT_WORDS[unit] ?? [unit, unit];
      return plural(value, one, many);
    },
    until: (field: string) => `Until ${field}`,
    switch: (field: string) => `By ${field}`,
    status: (status: string) => `Status: ${status}`,
    andMore: (first: string, more: number) => `${first}, and ${more} more`,
  },

  fields: {
    agent_id: "Agent",
    from_phone_number: "Number to call from",
    pca_field: "Name of the answer that holds the time",
    postcall_analysis_field: "Name of the answer that holds the time",
    value: "Time",
    unit: "Unit",
    delay_hours: "Time",
    delay_minutes: "Time",
    time_source: "Kind of wait",
    condition_field: "What to look at",
    branches: "Values with a way of their own",
    logic: "How rules combine",
    rules: "Rules",
    field: "What to look at",
    operator: "Comparison",
    action_key: "What to do",
    action_config: "What to do",
    from: "Sender",
    to: "Receiver, when it is not the lead",
    subject: "Subject",
    text: "Text",
    html: "Text as HTML",
    reply_to: "Answers go to",
    cc: "Copy to",
    bcc: "Hidden copy to",
    api_key: "Own API key",
    api_url: "Another address of the provider",
    account_sid: "Own account",
    auth_token: "Own token",
    content_sid: "Template",
    content_variables: "Values for the template",
    body: "Text",
    url: "Web address",
    method: "Method",
    headers: "Headers",
    secret: "Secret to sign with",
    status_key: "Status",
    tag: "Tag",
    ruleset_id: "Ruleset",
    rep_id: "Rep",
    fields: "Fields of the lead",
    metadata: "Other values of the lead",
  } as Record<string, string>,

  leadFields: {
    first_name: "First name",
    last_name: "Last name",
    email: "E-mail",
    phone: "Phone",
    source: "Source",
    company: "Company",
    title: "Title",
  } as Record<string, string>,

  problems: {
    kinds: {
      no_nodes: "There is no step yet. Add the first one on the left.",
      no_entry: "Every step has one before it, so leads cannot enter. Let one step be the first.",
      several_entries:
        "No step leads here. Only the first step may have none before it: connect this one, or remove it.",
      unreachable: "Leads never get here: no way leads from the first step to this one.",
      no_end: "No way ends at “Converted” or “Dropped”, so no lead would ever finish.",
      way_after_end: "Leads are finished here: remove the ways out of it.",
      no_way: "Say where leads go next.",
      no_fitting_way: "No outcome of this step fits its ways out: add one for “Otherwise”.",
    } as Record<string, string>,
    branchWithoutWay: (branch: string) => `Say where leads go for “${branch}”, or for “Otherwise”.`,
    isMissing: (field: string) => `${field} is missing.`,
    isMissingHere: "is missing",
    inList: (list: string, at: number, field: string, reason: string) =>
      `${list === "rules" ? "Rule" : "Value"} ${at}: ${field ? `${field} ` : ""}${reason}`,
    missing: {
      agent_id: "Choose the agent who speaks.",
      from_phone_number: "Choose the number to call from.",
      delay_hours: "Say how long to wait.",
      condition_field: "Choose what to look at.",
      branches: "Add the values that have a way of their own.",
      rules: "Add a rule.",
      action_key: "Choose what to do.",
      ruleset_id: "Choose a ruleset or a rep.",
      fields: "Say what to change about the lead.",
    } as Record<string, string>,
  },

  call: {
    chooseAgent: "Choose an agent",
    otherAgent: "Another agent, by its id",
    agentHint: "Who speaks with the lead.",
    noAgents: "The id of the agent on your voice platform. Agents that are added under Settings can be chosen here.",
    chooseNumber: "Choose a number",
    otherNumber: "Another number",
    numberHint: "What the lead sees.",
    noNumbers: "With its country code, such as +14155550100. Numbers that are added under Settings can be chosen here.",
    attempts:
      "A call step calls once. For another attempt let “Otherwise” lead to a wait, and the wait to another call.",
  },

  wait: {
    howLong: "How long",
    fixed: "A fixed time",
    named: "Until the time that the lead named",
    usualField: "callback_time",
    fieldHint: "What the last call has learnt under this name, such as “tomorrow 4 PM”.",
    time: "Time",
    instead: "Otherwise wait",
    insteadHint: "When no time was named. Left empty: one day.",
    unit: "Unit",
    units: { seconds: "Seconds", minutes: "Minutes", hours: "Hours", days: "Days" },
  },

  branch: {
    decideBy: "Decide by",
    switch: "The value of a field",
    switchHint: "One way for each value",
    rules: "Rules",
    rulesHint: "One way for yes, one for no",
    value: (at: number) => `Value ${at}`,
    add: "Add a value",
    remove: (name: string) => `Remove the value ${name}`,
    exact: "A value has to be exactly the same, capitals too. All others go to “Otherwise”.",
    outcomes:
      "COMPLETED, NO_ANSWER, BUSY, VOICEMAIL or FAILED; DNP stands for no answer, busy and voicemail. All others go to “Otherwise”.",
    chooseField: "Choose or type",
    column: "From your file",
    logic: "A lead goes to “Yes” when",
    all: "all rules are true",
    any: "at least one rule is true",
    rule: (at: number) => `Rule ${at}`,
    addRule: "Add a rule",
    removeRule: (at: number) => `Remove rule ${at}`,
    unknown: "What is not known about a lead makes a rule untrue, but for “is not”, “is none of” and “is not known”.",
    ruleField: "What to look at",
    operator: "Comparison",
    ruleValue: "Value",
    kind: "Kind",
    kinds: { text: "Text", number: "Number", boolean: "Yes or no" },
    yesNo: [
      { id: "true", label: "Yes" },
      { id: "false", label: "No" },
    ],
    orderHint: "A number, or a date such as 2026-03-31.",
    listValue: "Values",
    listHint: "With commas between them.",
    from: "From",
    to: "To",
    knownFields: [
      { id: "call_status", hint: "Outcome of the last call" },
      { id: "postcall_analysis.interest", hint: "Learnt in the last call: its interest" },
      { id: "postcall_analysis.callback_time", hint: "Learnt in the last call: when to call back" },
      { id: "application.status", hint: "Whether the last action worked" },
      { id: "activities.count", hint: "How much has happened with the lead" },
      { id: "activities.hours_since_last", hint: "Hours since something last happened" },
      { id: "activities.last_type", hint: "What happened last" },
      { id: "email", hint: "E-mail of the lead" },
      { id: "phone", hint: "Phone of the lead" },
      { id: "source", hint: "Where the lead came from" },
      { id: "company", hint: "Company of the lead" },
      { id: "title", hint: "Title of the lead" },
      { id: "first_name", hint: "First name of the lead" },
      { id: "last_name", hint: "Last name of the lead" },
    ],
  },

  action: {
    choose: "Choose what to do",
    more: "More options",
    template: `Can hold what is known about the lead: {{first_name}}, {{metadata.plan | default: "your plan"}}.`,
    secretHint:
      "It is stored with the step and shown to whoever may see the workflow. The server's settings are a better place.",
    bodyHint: "JSON, or any text. {{first_name}} and the like are filled in.",
    chooseStatus: "Choose a status",
    tagHint: "A tag that does not exist is made.",
    how: "How",
    byRuleset: "By the rules of a ruleset",
    toRep: "Always the same rep",
    otherRep: "Another rep, by its id",
    otherRuleset: "Another ruleset, by its id",
    chooseRep: "Choose a rep",
    chooseRuleset: "Choose a ruleset",
    hints: {
      set_status: "A status that ends the workflow for a lead ends it here.",
      update_lead: "What is not named stays as it is.",
      assign_rep: "A lead that has an owner keeps it when a ruleset decides; a rep who is named always gets it.",
      webhook: "An answer of 2xx is a success. Without an answer it is tried again for some hours.",
    } as Record<string, string>,
    labels: {
      email: { from: "Sender's e-mail", text: "Text" },
      sms: { from: "Sender's number", body: "Message" },
      whatsapp: { from: "Sender's number", body: "Message" },
      webhook: { body: "What to send" },
    } as Record<string, Record<string, string>>,
    fieldHints: {
      to: "Left empty: the lead.",
      subject: "Can hold {{first_name}} and the like.",
      url: "Begins with https://.",
    } as Record<string, string>,
  },

  keyValues: {
    name: (at: number) => `Name ${at}`,
    value: (at: number) => `Value ${at}`,
    namePlace: "Name",
    valuePlace: "Value",
    choose: "Choose",
    add: "Add a value",
    remove: (name: string) => `Remove ${name}`,
  },

  end: {
    usual: (label: string) => `As usual: ${label}`,
    none: "no status",
    unknown: (key: string) => `${key} (no status of this workflow)`,
    hint: "What the lead's status says from then on.",
  },
} as const;
