/** One import, at whichever stage it is. */
import { useParams } from "react-router";
import { isMissing } from "../../api/problem";
import { imports as texts } from "../../texts/import";
import { LinkButton } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { NotFound } from "../../ui/not-found";
import { Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { useImport } from "./data";
import { Prepare } from "./prepare";
import { Result } from "./result";
import { Running } from "./running";
import { asSentence } from "./words";

export function OneImport() {
  const { id = "" } = useParams();
  const query = useImport(id);
  const one = query.data;
  if (isMissing(query.error)) {
    return <NotFound title={texts.notFound} hint={texts.notFoundHint} back={texts.back} backTo="/import" />;
  }
  if (!one) {
    return (
      <Page title={texts.title} actions={<LinkButton to="/import">{texts.back}</LinkButton>}>
        {query.error ? <ProblemBox error={asSentence(query.error)} onRetry={query.refetch} /> : <Loading />}
      </Page>
    );
  }
  if (one.state === "uploaded") return <Prepare key={id} one={one} />;
  return one.state === "running" ? <Running one={one} /> : <Result one={one} />;
}
