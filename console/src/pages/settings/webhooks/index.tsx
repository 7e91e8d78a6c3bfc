/** Webhooks: the list, and below its address the delivery log of each. */
import { Route, Routes } from "react-router";
import { WebhookList } from "./list";
import { WebhookPage } from "./one";

export default function WebhooksPage() {
  return (
    <Routes>
      <Route index element={<WebhookList />} />
      <Route path=":id" element={<WebhookPage />} />
    </Routes>
  );
}
