/* The parent's window, as in the original program: Create, Write, Read, Close; and Exchange. */

import { sendForJson } from "./api.js";
import { showAnswer, showFailure } from "./answer.js";
import { byId, element } from "./dom.js";
import { count, range, size } from "./format.js";
import { History } from "./history.js";
import { addBytes, addNote } from "./log.js";
import { session } from "./session.js";
import { text } from "./texts.js";
import { bytesOf, plain } from "./visible.js";

const TERMINATORS = { lf: "\n", crlf: "\r\n", nul: "\0" };

/** What is appended where none is chosen. */
const DEFAULTS = { "pipe/exchange": "\n" };

const message = byId("message");
const past = new History();

export function start() {
  on("session-form", "submit", "create", create);
  on("close", "click", "close", close);
  on("input-form", "submit", "write", write);
  on("exchange", "click", "exchange", exchange);
  on("output-form", "submit", "read", read);
  past.attachTo(message);
  message.addEventListener("keydown", writeByEnter);
  byId("terminator").addEventListener("change", showHint);
  byId("choose-file").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", () => writeFiles([...byId("file").files]));
  acceptDrops(byId("input-form"));
}

/** Does it once at a time, and shows what came of it; the button keeps the focus meanwhile. */
function on(source, event, button, action) {
  byId(source).addEventListener(event, async happened => {
    happened.preventDefault();
    if (byId(button).getAttribute("aria-disabled") === "true") {
      return;
    }
    byId(button).setAttribute("aria-disabled", "true");
    await attempt(action);
    byId(button).removeAttribute("aria-disabled");
  });
}

async function attempt(action) {
  try {
    await action();
  } catch (failure) {
    showFailure(failure);
    addNote(() => failure.document?.title ?? text("unreachable.title"), "problem");
  }
  session.lookSoon();
}

export async function showChildren() {
  const names = await sendForJson("GET", "pipe/children");
  const choice = byId("child-name");
  const chosen = choice.value || session.status?.child.name || "agent";
  choice.replaceChildren(...names.map(name => element("option", { value: name }, name)));
  choice.value = names.includes(chosen) ? chosen : names[0];
}

async function create() {
  const wanted = { child: byId("child-name").value || undefined, topology: byId("topology").value };
  const bufferSize = byId("buffer-size").value.trim();
  if (bufferSize !== "") {
    wanted.bufferSize = /^\d+$/.test(bufferSize) ? Number(bufferSize) : bufferSize;
  }
  const created = await sendForJson("POST", "pipe", {
    query: { replace: byId("replace").checked ? "true" : "" },
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wanted),
  });
  session.show(created);
  showAnswer(() => text("answer.created", { child: created.child.name, pid: created.child.pid }));
}

async function close() {
  const closed = await sendForJson("DELETE", "pipe", { query: { session: session.id } });
  session.showClosed(closed);
  showAnswer(() => closed.stoppedBy
    ? text("answer.closed", { by: text(`by.${closed.stoppedBy}`) })
    : text("answer.closed.exited"));
}

/** Sends the message, and puts it back where it was if it did not arrive. */
async function sendMessage(path, query) {
  const written = message.value;
  const append = byId("terminator").value;
  const closes = byId("end-of-input").checked;
  past.add(written);
  message.value = "";
  noteInput(written + (TERMINATORS[append] ?? DEFAULTS[path] ?? ""));
  try {
    const answer = await sendForJson("POST", path, {
      query: { append, eof: closes ? "true" : "", session: session.id, ...query },
      headers: { "Content-Type": "text/plain;charset=UTF-8" },
      body: written,
    });
    if (closes) {
      addNote(() => text("note.input.closed"));
    }
    return answer;
  } catch (failure) {
    if (failure.slug !== "reply-timeout") {
      message.value ||= written;
    }
    throw failure;
  }
}

/** Before the answer, which the child's own may precede. */
function noteInput(data) {
  const offset = session.status?.input.offset ?? 0;
  if (data !== "") {
    addBytes("input", { offset, next: offset + bytesOf(data).length, encoding: "utf-8", data });
  }
}

async function write() {
  showWritten(await sendMessage("pipe/write", {}));
}

function showWritten({ written, offset, next }) {
  showAnswer(() => text("answer.written", { count: count(written), range: range(offset, next) }));
}

async function exchange() {
  showAnswer(() => text("answer.waiting"));
  showPayload("answer.replied", await sendMessage("pipe/exchange", reading()));
}

const reading = () => ({
  max: byId("max").value.trim(), timeout: byId("timeout").value.trim(), until: byId("until").value,
});

async function read() {
  showAnswer(() => text("answer.waiting"));
  const taken = await sendForJson("GET", "pipe/read", { query: { ...reading(), session: session.id } });
  if (taken === null) {
    showAnswer(() => text("answer.nothing"));
  } else {
    showPayload("answer.read", taken);
  }
}

function showPayload(key, { offset, next, encoding, data, eof }) {
  const sentence = () => text(key, { count: count(next - offset), range: range(offset, next) });
  showAnswer(() => eof ? `${sentence()} ${text("answer.eof")}` : sentence(), encoding === "utf-8" ? plain(data) : data);
}

function writeByEnter(event) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("input-form").requestSubmit();
  }
}

function showHint() {
  byId("exchange-hint").hidden = byId("terminator").value !== "";
}

/** Files one after another, each byte for byte and without a terminator. */
async function writeFiles(files) {
  for (const file of files) {
    await attempt(() => writeFile(file));
  }
  byId("file").value = "";
}

async function writeFile(file) {
  const named = { name: plain(file.name), size: size(file.size) };
  showAnswer(() => text("answer.sending", named));
  addNote(() => text("note.file", named), "input");
  showWritten(await sendForJson("POST", "pipe/write", {
    query: { session: session.id }, headers: { "Content-Type": "application/octet-stream" }, body: file,
  }));
}

function acceptDrops(target) {
  const over = on => event => {
    event.preventDefault();
    target.classList.toggle("over", on);
  };
  target.addEventListener("dragover", over(true));
  target.addEventListener("dragleave", over(false));
  target.addEventListener("drop", event => {
    over(false)(event);
    writeFiles([...event.dataTransfer.files]);
  });
  // A file that is dropped beside it would replace the page.
  addEventListener("dragover", event => event.preventDefault());
  addEventListener("drop", event => event.preventDefault());
}
