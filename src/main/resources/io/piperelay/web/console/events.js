/* Server-sent events over fetch, because EventSource can't send a token; goes on by itself where it left off. */

import { Problem, Unreachable, send } from "./api.js";
import { session } from "./session.js";

const FIRST_DELAY_MILLIS = 500;
const LONGEST_DELAY_MILLIS = 10000;

/** Problems that the status shows by itself. */
const EXPECTED = ["no-session", "session-changed", "unauthorized"];

/** Follows the sessions, one after another, for as long as the page is there. */
export async function follow(onEvent, onProblem) {
  let over;
  let last = null;
  let delay = FIRST_DELAY_MILLIS;
  for (;;) {
    const current = await session.another(over);
    try {
      const answer = await open(last);
      if (answer.status === 204) {
        over = current; // Its end has been seen.
        last = null;
        continue;
      }
      for await (const event of eventsIn(answer.body)) {
        last = event.id ?? last;
        delay = FIRST_DELAY_MILLIS;
        onEvent(event);
      }
    } catch (failure) {
      if (failure instanceof Problem && !EXPECTED.includes(failure.slug)) {
        onProblem(failure);
      } else if (!(failure instanceof Problem || failure instanceof Unreachable || failure instanceof TypeError)) {
        console.error(failure);
      }
      session.lookSoon();
    }
    await delayOrNews(delay);
    delay = Math.min(2 * delay, LONGEST_DELAY_MILLIS);
  }
}

/** The status may notice first that the service is back. */
function delayOrNews(millis) {
  return new Promise(resolve => {
    const over = new AbortController();
    over.signal.addEventListener("abort", resolve);
    setTimeout(() => over.abort(), millis);
    session.addEventListener("connection", resolve, { once: true, signal: over.signal });
  });
}

function open(last) {
  const headers = { Accept: "text/event-stream" };
  return send("GET", "pipe/events", { headers: last === null ? headers : { ...headers, "Last-Event-ID": last } });
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
async function* eventsIn(stream) {
  let event = {};
  for await (const line of linesIn(stream)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (line === "" && event.data !== undefined) {
      yield { id: event.id, type: event.event ?? "message", data: JSON.parse(event.data) };
    }
    if (line === "") {
      event = {};
    } else if (field === "data" && event.data !== undefined) {
      event.data += "\n" + value;
    } else if (field !== "") {
      event[field] = value;
    }
  }
}

async function* linesIn(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const lines = (rest + value).split(/\r?\n/);
      rest = lines.pop();
      yield* lines;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
