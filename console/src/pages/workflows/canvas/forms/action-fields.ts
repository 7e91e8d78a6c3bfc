/** The options of every action: what is asked for, in which order, and what is seldom needed. */
export type Kind =
  | "text"
  | "area"
  | "secret"
  | "method"
  | "headers"
  | "body"
  | "status"
  | "tag"
  | "rep"
  | "leadFields"
  | "values";

export type ActionField = Readonly<{ name: string; kind: Kind; isRequired?: boolean; isSeldom?: boolean }>;

export const ACTIONS = [
  "email",
  "sms",
  "whatsapp",
  "assign_rep",
  "set_status",
  "add_tag",
  "update_lead",
  "webhook",
] as const;
export type Action = (typeof ACTIONS)[number];

const MESSAGE: readonly ActionField[] = [
  { name: "from", kind: "text", isRequired: true },
  { name: "body", kind: "area", isRequired: true },
  { name: "to", kind: "text", isSeldom: true },
  { name: "content_sid", kind: "text", isSeldom: true },
  { name: "content_variables", kind: "values", isSeldom: true },
  { name: "account_sid", kind: "text", isSeldom: true },
  { name: "auth_token", kind: "secret", isSeldom: true },
  { name: "api_url", kind: "text", isSeldom: true },
];

export const FIELDS: Record<Action, readonly ActionField[]> = {
  email: [
    { name: "from", kind: "text", isRequired: true },
    { name: "subject", kind: "text", isRequired: true },
    { name: "text", kind: "area", isRequired: true },
    { name: "html", kind: "area", isSeldom: true },
    { name: "to", kind: "text", isSeldom: true },
    { name: "reply_to", kind: "text", isSeldom: true },
    { name: "cc", kind: "text", isSeldom: true },
    { name: "bcc", kind: "text", isSeldom: true },
    { name: "api_key", kind: "secret", isSeldom: true },
    { name: "api_url", kind: "text", isSeldom: true },
  ],
  sms: MESSAGE,
  whatsapp: MESSAGE,
  assign_rep: [{ name: "ruleset_id", kind: "rep", isRequired: true }],
  set_status: [{ name: "status_key", kind: "status", isRequired: true }],
  add_tag: [{ name: "tag", kind: "tag", isRequired: true }],
  update_lead: [
    { name: "fields", kind: "leadFields" },
    { name: "metadata", kind: "values" },
  ],
  webhook: [
    { name: "url", kind: "text", isRequired: true },
    { name: "method", kind: "method" },
    { name: "body", kind: "body" },
    { name: "headers", kind: "headers", isSeldom: true },
    { name: "secret", kind: "secret", isSeldom: true },
  ],
};

export const METHODS = ["POST", "PUT", "PATCH", "GET"] as const;

/** The fields of a lead that an action can change. */
export const LEAD_FIELDS = ["first_name", "last_name", "email", "phone", "source", "company", "title"] as const;
