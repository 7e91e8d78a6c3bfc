/** Where imports begin: a place to drop a file, and the imports so far. */
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useMayWrite } from "../../session/session";
import { imports as texts } from "../../texts/import";
import { Button } from "../../ui/button";
import { Card, Page } from "../../ui/page";
import type { Preview } from "./data";
import { useImports } from "./data";
import { DropFile } from "./drop-file";
import { Earlier } from "./earlier";

const FEW = 20;
const MANY = 100;

export function StartPage() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [limit, setLimit] = useState(FEW);
  const list = useImports(limit);
  const mayWrite = useMayWrite();
  const open = ({ id }: Preview) => navigate({ pathname: `/import/${id}`, search: search.toString() });
  return (
    <Page title={texts.title} hint={texts.hint}>
      {mayWrite ? (
        <DropFile largest={list.data?.largest_file} onUploaded={open} />
      ) : (
        <p className="text-muted">{texts.mayNotWrite}</p>
      )}
      <Card title={texts.earlier} isFlush>
        <Earlier list={list} />
        {list.data?.next && limit < MANY && (
          <div className="border-line border-t px-5 py-3">
            <Button onPress={() => setLimit(MANY)}>{texts.more}</Button>
          </div>
        )}
      </Card>
    </Page>
  );
}
