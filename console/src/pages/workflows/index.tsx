/** The pages of workflows. The drawing board is loaded when it is first opened. */
import { Route, Routes } from "react-router";
import { lazyPart } from "../../ui/lazy";
import { NotFound } from "../../ui/not-found";
import { WorkflowList } from "./list";

const Overview = lazyPart(() => import("./overview"));
const Draw = lazyPart(() => import("./canvas/editor"));
const Simulate = lazyPart(() => import("./simulate"));
const Settings = lazyPart(() => import("./settings"));

export default function WorkflowsPages() {
  return (
    <Routes>
      <Route index element={<WorkflowList />} />
      <Route path=":id" element={<Overview />} />
      <Route path=":id/draw" element={<Draw />} />
      <Route path=":id/simulate" element={<Simulate />} />
      <Route path=":id/settings" element={<Settings />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
