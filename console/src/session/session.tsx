/** Who is signed in, for every component; and the dialog that renews a session that has ended. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { problemOf } from "../api/client";
import { Unreachable } from "../api/problem";
import { noteAway, noteThere } from "../api/reach";
import { common } from "../texts/common";
import { Dialog } from "../ui/dialog";
import { onSessionEnd, sessionRenewed, setCsrfToken } from "./again";
import { SignInForm } from "./sign-in";

export type Role = "owner" | "admin" | "member" | "viewer";
export type Session = {
  user: { id: string; name: string; email: string; role: Role };
  organization: { id: string; name: string };
  csrf_token: string;
};

const Current = createContext<Session | undefined>(undefined);

/** Ask who is signed in; null when nobody is. Goes past the client, which would ask to sign in. */
async function readSession(): Promise<Session | null> {
  const answer = await fetch("/console/session").catch((cause) => {
    noteAway();
    throw new Unreachable(undefined, { cause });
  });
  noteThere();
  if (answer.status === 401) return null;
  if (!answer.ok) throw await problemOf(answer);
  const session = (await answer.json()) as Session;
  setCsrfToken(session.csrf_token);
  return session;
}

export function useSessionQuery() {
  return useQuery({ queryKey: ["session"], queryFn: readSession, staleTime: Number.POSITIVE_INFINITY });
}

/** Who is signed in. Only below `SignedIn`. */
export function useSession(): Session {
  const session = useContext(Current);
  if (!session) throw new Error("nobody is signed in here");
  return session;
}

/** Whether the user may change leads, rules, workflows and people. */
export function useMayWrite(): boolean {
  return useSession().user.role !== "viewer";
}

/** Whether the user may change users, keys and what else belongs to the whole organization. */
export function useMayAdmin(): boolean {
  return ["owner", "admin"].includes(useSession().user.role);
}

export function SignedIn({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <Current.Provider value={session}>
      {children}
      <SignInAgain user={session.user} />
    </Current.Provider>
  );
}

function SignInAgain({ user }: { user: Session["user"] }) {
  const [isEnded, setEnded] = useState(false);
  const queries = useQueryClient();
  useEffect(() => onSessionEnd(setEnded), []);
  const renewed = async () => {
    const session = await queries.fetchQuery({ queryKey: ["session"], queryFn: readSession, staleTime: 0 });
    // Somebody else must not go on with what another had begun.
    if (session && session.user.id !== user.id) window.location.assign("/");
    else sessionRenewed(session !== null);
  };
  return (
    <Dialog title={common.sessionEnded} isOpen={isEnded} onOpenChange={(isOpen) => isOpen || sessionRenewed(false)}>
      <p className="mb-4 text-muted">{common.sessionEndedHint}</p>
      <SignInForm email={user.email} onSignedIn={renewed} />
    </Dialog>
  );
}
