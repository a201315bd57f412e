import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { Problem } from "./api/problem";
import { sessionQuery } from "./api/session";
import { App } from "./app/app";
import { startLanguages } from "./i18n";
import { lockDrafts } from "./store/drafts";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/components.css";
import "./styles/rooms.css";
import "./styles/services.css";
import "./styles/print.css";

const SESSION_KEY: readonly unknown[] = sessionQuery.queryKey;

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: error => {
      // The session has ended at the node: the page says so at once, wherever it was noticed.
      const ended = error instanceof Problem && error.status === 401;
      if (!ended || !client.getQueryData<unknown>(SESSION_KEY)) return;
      lockDrafts();
      client.setQueryData<unknown>(SESSION_KEY, null);
    },
  }),
  defaultOptions: {
    queries: {
      // Offline is an answer of its own here, not a reason to hang.
      networkMode: "always",
      refetchOnReconnect: true,
      retry: (failures, error) => failures < 1 && !(error instanceof Problem && error.status > 0),
    },
  },
});

const root = document.getElementById("root");
if (root !== null) {
  await startLanguages();
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
}
