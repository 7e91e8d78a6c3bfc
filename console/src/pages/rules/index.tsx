import { Route, Routes } from "react-router";
import { NotFound } from "../../ui/not-found";
import { RulesEditor } from "./editor";
import { RouterList } from "./list";

export default function RulesPage() {
  return (
    <Routes>
      <Route path="/" element={<RouterList />} />
      <Route path="/processors/:id" element={<RulesEditor kind="processor" />} />
      <Route path="/rulesets/:id" element={<RulesEditor kind="ruleset" />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
