/* The service's HTTP interface. Every answer that is no success is thrown as the problem document that it is. */

import { language } from "./texts.js";

/** This file is one folder below the service, whatever prefix that has. */
const SERVICE = new URL("../", import.meta.url);

/** Only here: what is stored could be read by whoever sits down here next. */
let token = null;

/** Asks the user for the token; told whether one was refused; answers null if there is none. */
let askForToken = async () => null;

/** An RFC 9457 problem document. */
export class Problem extends Error {
  constructor(document) {
    super(document.title);
    this.document = document;
  }

  /** The name of its type, such as pipe-full. */
  get slug() {
    return String(this.document.type ?? "").split("/").pop();
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}

export function whenTokenIsNeeded(asking) {
  askForToken = asking;
}

export const linkTo = path => new URL(path, SERVICE).href;

/**
 * Sends a request, with the token if there is one.
 *
 * @param query parameters; those that are empty are left out
 * @param patience how many milliseconds the answer may take to begin and to end
 * @return the answer, whose body has not been read
 */
export async function send(method, path, { query = {}, headers = {}, body, patience } = {}) {
  const url = new URL(path, SERVICE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      url.searchParams.append(name, value);
    }
  }
  for (;;) {
    const used = token;
    const signal = patience === undefined ? undefined : AbortSignal.timeout(patience);
    const answer = await attempt(url, { method, headers: withToken(headers, used), body, signal, cache: "no-store" });
    if (answer.status !== 401) {
      return answer.ok ? answer : Promise.reject(await problemOf(answer));
    }
    if (token === used) {
      token = await askForToken(used !== null);
    }
    if (token === null) {
      throw await problemOf(answer);
    }
  }
}

function withToken(headers, used) {
  const all = { "Accept-Language": language(), ...headers };
  return used === null ? all : { ...all, Authorization: `Bearer ${used}` };
}

async function attempt(url, request) {
  try {
    return await fetch(url, request);
  } catch (failure) {
    throw new Unreachable(failure.message);
  }
}

async function problemOf(answer) {
  try {
    return new Problem(await answer.json());
  } catch {
    return new Problem({ title: answer.statusText || String(answer.status), status: answer.status });
  }
}

/** @return the document that answers; null if the answer is empty */
export async function sendForJson(method, path, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const answer = await send(method, path, { ...options, headers });
  try {
    return answer.status === 204 ? null : await answer.json();
  } catch (failure) {
    throw new Unreachable(failure.message);
  }
}
