import { Route, Routes } from "react-router";
import { RulesEditor } from "./editor";
import { RouterList } from "./list";

export default function RulesPage() {
  return (
    <Routes>
      <Route path="/" element={<RouterList />} />
      <Route path="/processors/:id" element={<RulesEditor kind="processor" />} />
      <Route path="/rulesets/:id" element={<RulesEditor kind="ruleset" />} />
    </Routes>
  );
}
