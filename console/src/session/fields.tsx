/** The fields by which somebody is known, as browsers and keepers of passwords expect them. */
import { common } from "../texts/common";
import { TextField } from "../ui/field";

type Props = { value: string; onChange: (value: string) => void };

export function EmailField(props: Props & { isReadOnly?: boolean }) {
  return <TextField {...props} label={common.email} type="email" autoComplete="username" isRequired />;
}

export function PasswordField({ label = common.password, ...props }: Props & { label?: string }) {
  return <TextField {...props} label={label} type="password" autoComplete="current-password" isRequired />;
}

export function NewPasswordField({ label = common.newPassword, ...props }: Props & { label?: string }) {
  return (
    <TextField
      {...props}
      label={label}
      description={common.passwordHint}
      type="password"
      autoComplete="new-password"
      minLength={12}
      isRequired
    />
  );
}
