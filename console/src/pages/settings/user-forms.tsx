/** Inviting somebody, and changing who they are and what they may do. */
import { call } from "../../api/client";
import type { components } from "../../api/schema";
import { type Role, useSession } from "../../session/session";
import { common } from "../../texts/common";
import { people as texts } from "../../texts/people";
import { TextField } from "../../ui/field";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { changesOf, told } from "./kit/answers";
import { EditorPanel, useEditor } from "./kit/editor";
import { LIST, type Made, ONE, type User } from "./users";

const LABELS = { email: texts.email, name: texts.name, role: texts.role };
const ROLES = ["owner", "admin", "member", "viewer"] as const;

type Invitation = components["schemas"]["UserInvite"] & { name: string };

export function InviteUser({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const editor = useEditor<Invitation, Made>({
    name: "user:new",
    initial: { email: "", name: "", role: "member" },
    labels: LABELS,
    save: async ({ name, ...draft }) => {
      const body = name.trim() ? { ...draft, name } : draft;
      const { user, link } = await told(call.POST(LIST, { body }));
      return { name: user.name, link };
    },
    refresh: [LIST],
    onSaved: (made) => {
      onClose();
      onMade(made);
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel title={texts.inviteTitle} editor={editor} action={texts.inviteAction} place="middle">
      <TextField
        label={texts.email}
        description={texts.emailHint}
        type="email"
        autoComplete="off"
        maxLength={320}
        value={draft.email}
        onChange={(email) => set({ email })}
        error={errors.of("email")}
        isRequired
      />
      <TextField
        label={texts.name}
        description={texts.nameHint}
        autoComplete="off"
        maxLength={200}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errors.of("name")}
      />
      <RoleField value={draft.role} onChange={(role) => set({ role })} error={errors.of("role")} />
    </EditorPanel>
  );
}

export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const isMe = useSession().user.id === user.id;
  const before = { name: user.name, role: user.role as Role };
  const editor = useEditor({
    name: `user:${user.id}`,
    initial: before,
    labels: LABELS,
    save: (draft) => told(call.PATCH(ONE, { params: { path: { user_id: user.id } }, body: changesOf(before, draft) })),
    refresh: [LIST],
    onSaved: (saved) => {
      onClose();
      toast(texts.saved(saved.name));
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel title={texts.editTitle(user.name)} editor={editor} place="middle">
      <TextField
        label={texts.name}
        autoComplete="off"
        maxLength={200}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errors.of("name")}
        isRequired
      />
      <RoleField
        value={draft.role}
        onChange={(role) => set({ role })}
        error={errors.of("role")}
        isDisabled={isMe}
        description={isMe ? texts.ownRole : undefined}
      />
    </EditorPanel>
  );
}

type RoleProps = {
  value: Role;
  onChange: (role: Role) => void;
  error?: string;
  isDisabled?: boolean;
  description?: string;
};

/** The roles that one may give. */
function RoleField({ value, onChange, ...props }: RoleProps) {
  const me = useSession().user;
  const items = ROLES.filter((role) => role !== "owner" || me.role === "owner").map((role) => ({
    id: role,
    label: common.role[role],
    hint: texts.roleHints[role],
  }));
  return (
    <Select
      label={texts.role}
      items={items}
      value={value}
      onChange={(id) => onChange(ROLES.find((role) => role === id) ?? value)}
      {...props}
    />
  );
}
