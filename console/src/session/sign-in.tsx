/** Signing in with e-mail and password: as a page of its own, and inside the dialog of a session that has ended. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { problemOf } from "../api/client";
import { common } from "../texts/common";
import { Button } from "../ui/button";
import { Form } from "../ui/field";
import { Logo } from "../ui/logo";
import { ProblemBox } from "../ui/problem";
import { EmailField, PasswordField } from "./fields";

/** Send something to a session endpoint: those are open, so an answer of 401 is an answer. */
export async function postOpen(path: string, body: unknown): Promise<void> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw await problemOf(answer);
}

type FormProps = { email?: string; onSignedIn: () => Promise<void> };

export function SignInForm({ email: known = "", onSignedIn }: FormProps) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => postOpen("/console/session", { email, password }),
    onSuccess: onSignedIn,
  });
  return (
    <Form onSubmit={() => signIn.mutate()}>
      <EmailField value={email} onChange={setEmail} />
      <PasswordField value={password} onChange={setPassword} />
      <ProblemBox error={signIn.error} />
      <Button kind="primary" type="submit" isPending={signIn.isPending}>
        {common.signIn}
      </Button>
    </Form>
  );
}

export function SignInPage() {
  const queries = useQueryClient();
  return (
    <Doorway title={common.signInTitle}>
      <SignInForm onSignedIn={() => queries.invalidateQueries()} />
      <p className="mt-4 text-muted">{common.forgotten}</p>
    </Doorway>
  );
}

/** The frame of the pages in front of the console. */
export function Doorway({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-full place-items-center p-6">
      <div className="w-full max-w-sm">
        <Logo />
        <section className="mt-6 rounded-xl border border-line bg-surface p-6">
          <h1 className="mb-4 font-semibold text-lg">{title}</h1>
          {children}
        </section>
      </div>
    </main>
  );
}
