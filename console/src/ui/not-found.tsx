/** What an address shows that leads nowhere, with a way back. */
import { common } from "../texts/common";
import { LinkButton } from "./button";
import { Empty, Page } from "./page";

type Props = { title?: string; hint?: string; back?: string; backTo?: string };

export function NotFound({
  title = common.notFound,
  hint = common.notFoundHint,
  back = common.backHome,
  backTo = "/",
}: Props) {
  return (
    <Page title={title}>
      <Empty title={hint} action={<LinkButton to={backTo}>{back}</LinkButton>} />
    </Page>
  );
}
