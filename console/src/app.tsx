/** Which page an address shows. Every page is loaded when it is first opened. */
import { useEffect, useRef } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { Route, Routes, useHref, useLocation, useNavigate } from "react-router";
import { Away } from "./frame/away";
import { Frame } from "./frame/frame";
import { SignedIn, useSessionQuery } from "./session/session";
import { SignInPage } from "./session/sign-in";
import { WelcomePage } from "./session/welcome";
import { lazyPart } from "./ui/lazy";
import { Loading } from "./ui/loading";
import { NotFound } from "./ui/not-found";
import { Guard, ProblemBox } from "./ui/problem";
import { Toasts } from "./ui/toast";

/** The pages, by the first part of their addresses. */
const SECTIONS = {
  "": lazyPart(() => import("./pages/home")),
  leads: lazyPart(() => import("./pages/leads")),
  rules: lazyPart(() => import("./pages/rules")),
  workflows: lazyPart(() => import("./pages/workflows")),
  import: lazyPart(() => import("./pages/import")),
  analytics: lazyPart(() => import("./pages/analytics")),
  playground: lazyPart(() => import("./pages/playground")),
  settings: lazyPart(() => import("./pages/settings")),
};

// The page that is wanted comes while the server is still asked who is signed in.
Object.entries(SECTIONS)
  .find(([section]) => section === sectionOf(window.location.pathname))?.[1]
  .begin();

export function App() {
  const navigate = useNavigate();
  return (
    <I18nProvider locale={navigator.language}>
      <RouterProvider navigate={navigate} useHref={useHref}>
        <Routes>
          <Route path="/welcome" element={<WelcomePage />} />
          <Route path="*" element={<Inside />} />
        </Routes>
        <Toasts />
      </RouterProvider>
    </I18nProvider>
  );
}

function Inside() {
  const session = useSessionQuery();
  if (session.data === null) return <SignInPage />;
  if (session.data === undefined) {
    return (
      <main className="p-6">
        <Away />
        {session.isPending ? <Loading /> : <ProblemBox error={session.error} onRetry={session.refetch} />}
      </main>
    );
  }
  return (
    <SignedIn session={session.data}>
      <Frame>
        <Pages />
      </Frame>
    </SignedIn>
  );
}

function Pages() {
  const { pathname } = useLocation();
  const section = sectionOf(pathname);
  useFocusOnChange(section);
  return (
    <Guard key={section}>
      <Routes>
        {Object.entries(SECTIONS).map(([name, Section]) => (
          <Route key={name} path={name && `${name}/*`} element={<Section />} />
        ))}
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Guard>
  );
}

function sectionOf(pathname: string): string {
  return pathname.split("/")[1] ?? "";
}

/** Let a screen reader begin at the top of a page that has been changed to. */
function useFocusOnChange(section: string) {
  const last = useRef(section);
  useEffect(() => {
    if (last.current === section) return;
    last.current = section;
    document.getElementById("content")?.focus();
  }, [section]);
}
