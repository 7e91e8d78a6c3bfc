/** The pages of imports. */
import { Route, Routes } from "react-router";
import { NotFound } from "../../ui/not-found";
import { OneImport } from "./one";
import { StartPage } from "./start";

export default function ImportPages() {
  return (
    <Routes>
      <Route index element={<StartPage />} />
      <Route path=":id" element={<OneImport />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
