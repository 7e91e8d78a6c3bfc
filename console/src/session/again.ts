/** The session as the requests see it: its token against forged requests, and how it is renewed when it has ended. */
import { Problem } from "../api/problem";

type Waiting = { resolve: () => void; reject: (problem: Problem) => void };

let token: string | undefined;
let waiting: Waiting[] = [];
let notify: (isEnded: boolean) => void = () => {};

export function csrfToken(): string | undefined {
  return token;
}

export function setCsrfToken(value: string | undefined): void {
  token = value;
}

/** Wait until the user has signed in again; rejected when they would rather not. */
export function signInAgain(answer: Response): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    waiting.push({ resolve, reject: () => reject(new Problem(answer.status, undefined)) });
    notify(true);
  });
}

export function onSessionEnd(listener: (isEnded: boolean) => void): void {
  notify = listener;
}

/** Let every request that waits for the session go on, or fail. */
export function sessionRenewed(isThere: boolean): void {
  const all = waiting;
  waiting = [];
  for (const one of all) {
    if (isThere) one.resolve();
    else one.reject(new Problem(401, undefined));
  }
  notify(false);
}
