/** Where a one-time link leads: its owner says who they are, chooses a password and is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { problemOf } from "../api/client";
import { common } from "../texts/common";
import { Button } from "../ui/button";
import { Form, TextField } from "../ui/field";
import { Loading } from "../ui/loading";
import { ProblemBox } from "../ui/problem";
import { EmailField, NewPasswordField } from "./fields";
import { Doorway, postOpen } from "./sign-in";

type Link = { email: string | null; name: string | null; role: string; organization: string | null };

async function readLink(path: string): Promise<Link> {
  const answer = await fetch(path);
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

export function WelcomePage() {
  const [query] = useSearchParams();
  const path = `/console/links/${encodeURIComponent(query.get("token") ?? "")}`;
  const link = useQuery({
    queryKey: ["link", path],
    queryFn: () => readLink(path),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Doorway title={common.welcome}>
      {link.isPending && <Loading />}
      <ProblemBox error={link.error} />
      {link.data && <WelcomeForm path={path} link={link.data} />}
    </Doorway>
  );
}

function WelcomeForm({ path, link }: { path: string; link: Link }) {
  const [name, setName] = useState(link.name ?? "");
  const [email, setEmail] = useState(link.email ?? "");
  const [organization, setOrganization] = useState(link.organization ?? "");
  const [password, setPassword] = useState("");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const accept = useMutation({
    mutationFn: () => postOpen(path, { name, email, password, ...(link.organization === null && { organization }) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["session"] });
      navigate("/", { replace: true });
    },
  });
  return (
    <Form onSubmit={() => accept.mutate()}>
      {link.organization === null ? (
        <TextField label={common.organization} value={organization} onChange={setOrganization} isRequired />
      ) : (
        <p className="text-muted">{common.welcomeTo(link.organization)}</p>
      )}
      <TextField label={common.yourName} autoComplete="name" value={name} onChange={setName} isRequired />
      <EmailField value={email} onChange={setEmail} isReadOnly={link.email !== null} />
      <NewPasswordField value={password} onChange={setPassword} />
      <ProblemBox error={accept.error} />
      <Button kind="primary" type="submit" isPending={accept.isPending}>
        {common.begin}
      </Button>
    </Form>
  );
}
