import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { Problem } from "./api/problem";
import { isAway, onReach } from "./api/reach";
import { App } from "./app";
import { applyTheme, readTheme } from "./frame/theme";
import "./styles.css";

const FEW_TIMES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server has refused it would refuse again.
      retry: (count, error) => !(error instanceof Problem && error.status < 500) && count < FEW_TIMES,
    },
  },
});

onReach(() => {
  if (!isAway()) queries.invalidateQueries();
});
applyTheme(readTheme());

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
}
