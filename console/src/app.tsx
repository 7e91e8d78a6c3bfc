/** Which page an address shows. Every page is loaded when it is first opened. */
import { useEffect, useRef } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { Route, Routes, useHref, useLocation, useNavigate } from "react-router";
import { Away } from "./frame/away";
import { Frame } from "./frame/frame";
import { SignedIn, useSessionQuery } from "./session/session";
import { SignInPage } from "./session/sign-in";
import { WelcomePage } from "./session/welcome";
import { common } from "./texts/common";
import { lazyPart } from "./ui/lazy";
import { Arriving, Loading } from "./ui/loading";
import { Empty, Page } from "./ui/page";
import { Guard, ProblemBox } from "./ui/problem";
import { Toasts } from "./ui/toast";

const Home = lazyPart(() => import("./pages/home"));
const Leads = lazyPart(() => import("./pages/leads"));
const Rules = lazyPart(() => import("./pages/rules"));
const Workflows = lazyPart(() => import("./pages/workflows"));
const Import = lazyPart(() => import("./pages/import"));
const Analytics = lazyPart(() => import("./pages/analytics"));
const Playground = lazyPart(() => import("./pages/playground"));
const Settings = lazyPart(() => import("./pages/settings"));

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
  const section = pathname.split("/")[1] ?? "";
  useFocusOnChange(section);
  return (
    <Guard key={section}>
      <Arriving>
        <Routes>
          <Route path="/" element={<Home />} />
          <Route path="/leads/*" element={<Leads />} />
          <Route path="/rules/*" element={<Rules />} />
          <Route path="/workflows/*" element={<Workflows />} />
          <Route path="/import/*" element={<Import />} />
          <Route path="/analytics/*" element={<Analytics />} />
          <Route path="/playground/*" element={<Playground />} />
          <Route path="/settings/*" element={<Settings />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Arriving>
    </Guard>
  );
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

function NotFound() {
  return (
    <Page title={common.notFound}>
      <Empty title={common.notFoundHint} />
    </Page>
  );
}
