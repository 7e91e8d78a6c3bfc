/** The editor of a processor or a ruleset: its rules in order, the one that is chosen, and the bench to try them on. */
import { GitFork, Save, Undo2 } from "lucide-react";
import { useState } from "react";
import { useParams } from "react-router";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import { useMayWrite } from "../../session/session";
import { rules as texts } from "../../texts/rules";
import { Badge } from "../../ui/badge";
import { Button, LinkButton, TextLink } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { Empty, Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { toast } from "../../ui/toast";
import { Bench } from "./bench";
import { Conflict } from "./conflict";
import type { Kind, Router } from "./model";
import { RestPanel } from "./rest-panel";
import { REST, RuleList } from "./rule-list";
import { RulePanel } from "./rule-panel";
import { useChecks } from "./use-checks";
import { useRouterDraft, useStored } from "./use-router";

export function RulesEditor({ kind }: { kind: Kind }) {
  const { id = "" } = useParams();
  const stored = useStored(kind, id);
  if (stored.data) return <Editor key={`${kind} ${id}`} stored={stored.data} />;
  const isMissing = stored.error instanceof Problem && stored.error.status === 404;
  return (
    <Page title={isMissing ? texts.missing : texts.title}>
      {stored.isPending && <Loading />}
      {isMissing ? (
        <Empty
          icon={GitFork}
          title={texts.missingHint}
          action={<LinkButton to="/rules">{texts.editor.back}</LinkButton>}
        />
      ) : (
        <ProblemBox error={stored.error} onRetry={stored.refetch} />
      )}
    </Page>
  );
}

function Editor({ stored }: { stored: Router }) {
  const mayWrite = useMayWrite();
  const editing = useRouterDraft(stored);
  const { router, update, updateRule } = editing;
  const remarks = useChecks(router);
  const choices = api.useQuery("get", "/console/rules/choices").data;
  const [chosen, setChosen] = useState<string>(router.rules[0]?.key ?? REST);
  const rule = router.rules.find((one) => one.key === chosen);
  const save = async (expected?: string) => {
    const place = router.rules.findIndex((one) => one.key === chosen);
    if (await editing.save(expected)) {
      toast(texts.editor.saved);
      setChosen((key) => (place < 0 ? key : `${PLACE}${place}`));
    }
  };
  const open = rule ?? atPlace(router, chosen);
  return (
    <Page
      title={router.name}
      isWide
      hint={<Hint router={router} isChanged={editing.isChanged} />}
      actions={mayWrite && <Actions editing={editing} broken={remarks.broken} onSave={() => save()} />}
    >
      {!mayWrite && <Note>{texts.editor.readOnly}</Note>}
      {!router.isActive && <Note>{texts.editor.off}</Note>}
      {editing.isKept && editing.isChanged && <Note>{texts.editor.restored}</Note>}
      <ProblemBox error={editing.error} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(17rem,2fr)_minmax(0,5fr)]">
        <RuleList
          router={router}
          chosen={open?.key ?? REST}
          onChoose={setChosen}
          remarks={remarks}
          choices={choices}
          isReadOnly={!mayWrite}
          update={update}
        />
        {open ? (
          <RulePanel
            key={open.key}
            router={router}
            rule={open}
            remarks={remarks.ofRule(open.key)}
            choices={choices}
            isReadOnly={!mayWrite}
            onChange={(next) => updateRule(open.key, next)}
          />
        ) : (
          <RestPanel
            router={router}
            remarks={remarks.ofRule(null)}
            choices={choices}
            isReadOnly={!mayWrite}
            update={update}
          />
        )}
      </div>
      <Bench router={router} choices={choices} />
      {editing.theirs && (
        <Conflict
          theirs={editing.theirs}
          mine={router}
          choices={choices}
          isSaving={editing.isSaving}
          onTakeTheirs={(current) => {
            editing.takeTheirs(current);
            toast(texts.conflict.taken);
          }}
          onOverwrite={(current) => save(current.expected)}
          onGoOn={editing.goOn}
        />
      )}
    </Page>
  );
}

type Editing = ReturnType<typeof useRouterDraft>;

function Hint({ router, isChanged }: { router: Router; isChanged: boolean }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <TextLink to="/rules">{texts.editor.back}</TextLink>
      <span aria-hidden>·</span>
      {texts.kinds[router.kind]}: {texts.kindHints[router.kind].toLowerCase()}
      {isChanged && <Badge tone="warn">{texts.editor.notSaved}</Badge>}
    </span>
  );
}

function Actions({ editing, broken, onSave }: { editing: Editing; broken: number; onSave: () => void }) {
  return (
    <>
      {broken > 0 && <span className="text-bad text-xs">{texts.editor.problems(broken)}</span>}
      {editing.isChanged && (
        <Button icon={Undo2} onPress={editing.discard}>
          {texts.editor.discard}
        </Button>
      )}
      <Button
        kind="primary"
        icon={Save}
        onPress={onSave}
        isPending={editing.isSaving}
        isDisabled={!editing.isChanged || broken > 0}
      >
        {texts.editor.save}
      </Button>
    </>
  );
}

/** A new rule gets its id, and with it another key, when it is saved: until then it is known by its place. */
const PLACE = "place ";

function atPlace(router: Router, chosen: string) {
  return chosen.startsWith(PLACE) ? router.rules[Number(chosen.slice(PLACE.length))] : undefined;
}

function Note({ children }: { children: string }) {
  return <p className="rounded-lg bg-info-soft px-3 py-2 text-info">{children}</p>;
}
