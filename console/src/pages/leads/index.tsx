/** Leads: the list, and the page of each. */
import { Route, Routes } from "react-router";
import { NotFound } from "../../ui/not-found";
import { LeadPage } from "./lead";
import { LeadsList } from "./list";

export default function LeadsPage() {
  return (
    <Routes>
      <Route index element={<LeadsList />} />
      <Route path=":leadId" element={<LeadPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
