/**
 * The one way to the server: typed by its OpenAPI document, signed in by the session's cookie.
 *
 * An answer that is no success is thrown as `Problem`. A session that has ended is mended in place: the sign-in dialog
 * opens over the page, and the request goes on after it, so that nothing typed is lost.
 */
import createFetch from "openapi-fetch";
import createQueries from "openapi-react-query";
import { csrfToken, signInAgain } from "../session/again";
import { Problem, Unreachable } from "./problem";
import { noteAway, noteThere } from "./reach";
import type { paths } from "./schema";

const UNREACHABLE = [502, 503, 504];

/** As `fetch`, with the protection against forged requests, and with a session that can be renewed midway. */
export async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await send(request);
  if (answer.status !== 401) return answer;
  await signInAgain(answer);
  return send(again);
}

async function send(request: Request): Promise<Response> {
  const token = csrfToken();
  if (token) request.headers.set("X-CSRF-Token", token);
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    noteAway();
    throw new Unreachable(undefined, { cause });
  }
  if (UNREACHABLE.includes(answer.status)) noteAway();
  else noteThere();
  return answer;
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return new Problem(response.status, body);
}

export const call = createFetch<paths>({ baseUrl: window.location.origin, fetch: fetchSignedIn });
call.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
});

export const api = createQueries(call);
