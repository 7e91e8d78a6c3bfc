/** What the server has to say about the rules as they are in the editor, a moment after each change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { call } from "../../api/client";
import { rules as texts } from "../../texts/rules";
import { type Remark, type Router, toDraft } from "./model";

const PAUSE_MS = 400;

export function useSettled<T>(value: T, pause = PAUSE_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), pause);
    return () => window.clearTimeout(timer);
  }, [value, pause]);
  return settled;
}

export type Remarks = { ofRule: (key: string | null) => readonly Remark[]; broken: number; isCurrent: boolean };

export function useChecks(router: Router): Remarks {
  const asked = useSettled(router);
  const draft = JSON.stringify(toDraft(asked));
  const keys = asked.rules.map((rule) => rule.key);
  const checked = useQuery({
    queryKey: ["rules", "check", draft, keys.join()],
    queryFn: async ({ signal }): Promise<Remark[]> => {
      const { data } = await call.POST("/console/rules/check", { body: JSON.parse(draft), signal });
      return (data?.data ?? []).map((remark) => ({
        key: remark.rule === null ? null : (keys[remark.rule] ?? null),
        message: remark.message,
        isProblem: remark.is_problem,
      }));
    },
    placeholderData: keepPreviousData,
  });
  return useMemo(() => collect(router, checked.data ?? [], asked === router), [router, checked.data, asked]);
}

function collect(router: Router, found: readonly Remark[], isCurrent: boolean): Remarks {
  const there = new Set<string | null>([null, ...router.rules.map((rule) => rule.key)]);
  const unread = router.rules.filter((rule) => rule.isUnread);
  const remarks = [
    ...found.filter((remark) => there.has(remark.key)),
    ...unread.map(({ key }) => ({ key, message: texts.rule.unread, isProblem: true })),
  ];
  const broken = new Set(remarks.filter((remark) => remark.isProblem).map((remark) => remark.key));
  return { ofRule: (key) => remarks.filter((remark) => remark.key === key), broken: broken.size, isCurrent };
}
