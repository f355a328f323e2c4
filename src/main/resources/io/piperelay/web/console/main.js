/* Puts the page together: what the service tells goes into the windows, and into the drawing between them. */

import * as answer from "./answer.js";
import { hear } from "./announcer.js";
import * as child from "./child.js";
import { byId, setText } from "./dom.js";
import { follow } from "./events.js";
import { range, size } from "./format.js";
import * as log from "./log.js";
import { move } from "./motion.js";
import * as parent from "./parent.js";
import * as pipes from "./pipes.js";
import { session } from "./session.js";
import { apply, inEveryLanguage, language, speak, text } from "./texts.js";
import * as token from "./token.js";

let known;
let inputSeen = 0;

/** What the log has told of which session: its child's name, and how far its output and errors. */
const told = new Map();

apply();
[token, answer, log, pipes, child, parent].forEach(part => part.start());

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.language);
    session.lookIn(0);
  });
}
inEveryLanguage(showLanguage);
inEveryLanguage(showState);
session.addEventListener("change", showState);
session.addEventListener("change", noteStatus);
session.addEventListener("connection", showConnection);
session.addEventListener("connection", showChildren);
inEveryLanguage(showConnection);
session.watch();
follow(happen, failure => log.addNote(() => failure.document.title, "problem"));

function showLanguage() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  }
}

function showState() {
  const shown = session.status ?? session.ended;
  const state = troubled() ? "unknown" : shown?.state ?? "none";
  byId("state").dataset.state = state;
  setText(byId("state-text"), text(`state.${state}`));
  document.title = shown ? `${shown.child.name}: ${text(`state.${state}`)} – pipe-relay` : "pipe-relay";
}

function showConnection() {
  setText(byId("connection"), troubled() ? text(`connection.${session.connection}`) : "");
  showState();
}

function troubled() {
  return session.connection === "lost" || session.connection === "locked";
}

/** What can be launched changes only with a restart of the service. */
async function showChildren() {
  if (session.connection === "there") {
    await parent.showChildren().catch(console.warn);
  }
}

/** Others may write as well: what the status says of the input is what moves in the drawing. */
function noteStatus() {
  const { status } = session;
  if (status === null) {
    return;
  }
  tellOf(status.id, status.child.name);
  if (status.id !== known) {
    known = status.id;
    inputSeen = 0;
  }
  if (status.input.offset > inputSeen) {
    move("input", status.input.offset - inputSeen);
    inputSeen = status.input.offset;
  }
}

function happen({ type, data }) {
  tellOf(data.previous ?? data.session, session.status?.child.name);
  HAPPENINGS[type]?.(data);
}

function tellOf(id, name) {
  if (!told.has(id)) {
    told.set(id, { name, output: 0, errors: 0 });
    log.addNote(() => text("note.session", { id: id.slice(0, 8), child: name }));
  }
}

const HAPPENINGS = {
  output: data => arrived("output", data),
  errors: data => arrived("errors", data),
  gap: data => data.next === data.offset ? note(() => text("note.another")) : reach(data.stream, data.next, data.session),
  exit: data => note(() => ended(data)),
  restarted: data => {
    note(() => text("note.restarted"));
    tellOf(data.session, told.get(data.previous).name);
  },
};

function note(message) {
  log.addNote(message);
  hear(message(), 0);
  session.lookSoon();
}

function arrived(stream, data) {
  reach(stream, data.offset, data.session);
  told.get(data.session)[stream] = data.next;
  log.addBytes(stream, data);
  move(stream, data.next - data.offset);
  hear(data.encoding === "utf-8" ? data.data : " ", data.next - data.offset);
  session.advanceTo(stream, data.next);
}

/** What is left out on the way there was no longer held, before this page came or because it was too slow. */
function reach(stream, offset, id) {
  const reached = told.get(id)[stream];
  if (offset > reached) {
    told.get(id)[stream] = offset;
    note(() => text("note.gap", {
      stream: text(`stream.${stream}`), size: size(offset - reached), range: range(reached, offset),
    }));
  }
}

function ended({ exitCode, signal }) {
  if (signal !== null) {
    return text("note.exit.signal", { signal });
  }
  return exitCode === null ? text("note.exit") : text("note.exit.code", { code: exitCode });
}
