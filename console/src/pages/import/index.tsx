/** The pages of imports. */
import { Navigate, Route, Routes } from "react-router";
import { OneImport } from "./one";
import { StartPage } from "./start";

export default function ImportPages() {
  return (
    <Routes>
      <Route index element={<StartPage />} />
      <Route path=":id" element={<OneImport />} />
      <Route path="*" element={<Navigate to="/import" replace />} />
    </Routes>
  );
}
