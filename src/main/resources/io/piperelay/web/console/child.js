/* The child's window: what is known of it, what may be the matter with it, and the signals that it can be sent. */

import { sendForJson } from "./api.js";
import { diagnosed, showAnswer, showFailure } from "./answer.js";
import { byId, element, setText } from "./dom.js";
import { clock, count, elapsed, size } from "./format.js";
import { addNote } from "./log.js";
import { session } from "./session.js";
import { inEveryLanguage, knows, text } from "./texts.js";

/** Shown also while nothing is known of them. */
const ALWAYS = ["state", "name", "pid", "exitCode", "topology", "handles", "input", "output", "errors"];

/** What a fact is made of; undefined where there is nothing to tell. */
const FACTS = {
  state: shown => text(`state.${shown.state}`),
  name: shown => shown.child.name,
  pid: shown => String(shown.child.pid),
  processState: shown => shown.state === "running" ? process(shown.child.processState) : undefined,
  exitCode: shown => shown.child.exitCode === null ? undefined : String(shown.child.exitCode),
  signal: shown => shown.child.signal ?? undefined,
  exitedAt: shown => shown.child.exitedAt === null ? undefined : clock(shown.child.exitedAt),
  createdAt: shown => clock(shown.createdAt),
  topology: shown => shown.topology,
  handles: shown => text("value.handles", { read: shown.pipe.readHandle, write: shown.pipe.writeHandle }),
  bufferSize: shown => size(shown.pipe.bufferSize),
  input: shown => text(`value.input.${shown.input.open ? "open" : "closed"}`, { offset: count(shown.input.offset) }),
  pending: ({ input }) => input.pending > 0 ? pending(input) : undefined,
  output: ({ output }) => stream(output),
  unread: ({ output }) =>
    text("value.unread", { unread: count(output.end - output.cursor), capacity: size(output.capacity) }),
  silent: ({ state, output }) => state === "running" && output.silentSince ? elapsed(output.silentSince) : undefined,
  errors: ({ errors }) => stream(errors),
  id: shown => shown.id.slice(0, 8),
};

const process = state => state && knows(`process.${state}`) ? text(`process.${state}`) : state ?? undefined;

const stream = ({ end, eof }) => eof ? text("value.eof", { offset: count(end) }) : count(end);

function pending(input) {
  const amount = size(input.pending);
  return input.pendingSince ? text("value.pending", { size: amount, time: elapsed(input.pendingSince) }) : amount;
}

const NOTHING = "–";
const rows = {};

export function start() {
  for (const fact of Object.keys(FACTS)) {
    const row = { name: element("dt"), value: element("dd", { class: "fact", "data-fact": fact }) };
    rows[fact] = row;
    byId("facts").append(element("div", {}, row.name, row.value));
  }
  for (const button of document.querySelectorAll("[data-signal]")) {
    button.addEventListener("click", () => signal(button.dataset.signal));
  }
  session.addEventListener("change", show);
  inEveryLanguage(show);
}

function show() {
  const shown = session.status ?? session.ended;
  for (const [fact, value] of Object.entries(FACTS)) {
    const { name, value: place } = rows[fact];
    const now = shown ? value(shown) : undefined;
    setText(name, text(`fact.${fact}`));
    setText(place, now ?? NOTHING);
    name.parentNode.hidden = now === undefined && !ALWAYS.includes(fact);
  }
  rows.id.value.title = shown?.id ?? "";
  showDiagnosis(shown?.diagnosis ?? null);
}

function showDiagnosis(diagnosis) {
  const place = byId("diagnosis");
  const key = diagnosis === null ? "" : `${document.documentElement.lang} ${diagnosis.code} ${diagnosis.detail}`;
  if (place.dataset.shown === key) {
    return;
  }
  place.dataset.shown = key;
  place.replaceChildren(...diagnosis === null ? [] : diagnosed(diagnosis));
}

async function signal(name) {
  try {
    const sent = await sendForJson("POST", "pipe/signal", { query: { name, session: session.id } });
    showAnswer(() => text("answer.signal", { signal: name, sentAs: sent.sentAs }));
    addNote(() => text("note.signal", { signal: name, sentAs: sent.sentAs }));
  } catch (failure) {
    showFailure(failure);
  }
  session.lookSoon();
}
