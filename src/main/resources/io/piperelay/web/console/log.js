/*
 * What went over the pipes, in its order: a bounded view. The entries are kept as they came and are made visible when they
 * are painted, at most once a frame, so that what is dropped before it was seen costs next to nothing.
 */

import { byId, element, setText } from "./dom.js";
import { size } from "./format.js";
import { inEveryLanguage, text } from "./texts.js";
import { base64, bytesOf, bytesOfBase64, hexDump, plain, unfinished } from "./visible.js";

const MOST_BYTES = { text: 256 * 1024, hex: 48 * 1024, base64: 128 * 1024 };
const MOST_LINES = 4000;
const MERGED_BYTES = 4096;
const WIDE_PIXELS = 680;
const NEAR_THE_END_PIXELS = 24;

/** Painting takes at most a quarter of the time. */
const REST_PER_WORK = 3;

const list = byId("log");
const entries = [];
const gone = [];

let view = "text";
let bytes = 0;
let lines = 0;
let dropped = 0;
let following = true;
let frame = 0;
let restUntil = 0;
let paintedPerLine = 0;

export function start() {
  for (const choice of document.querySelectorAll("[name=view]")) {
    choice.addEventListener("change", () => show(choice.value));
  }
  byId("follow").addEventListener("change", event => followEnd(event.target.checked));
  byId("clear").addEventListener("click", clear);
  list.addEventListener("scroll", () => followEnd(isAtEnd(), false), { passive: true });
  new ResizeObserver(fit).observe(list);
  inEveryLanguage(repaint);
}

/** A chunk of a stream, as its event has it. */
export function addBytes(kind, { offset, next, encoding, data }) {
  const last = entries.at(-1);
  const continues = last?.kind === kind && last.encoding === encoding && last.next === offset;
  if (continues && last.size + data.length <= MERGED_BYTES && encoding === "utf-8") {
    grow(last, data, next);
    return;
  }
  const carried = continues ? takeUnfinished(last) : "";
  add({ kind, offset: offset - carried.length, next, encoding, data: carried + data });
}

/** @param message makes the text, in the language of the moment */
export function addNote(message, kind = "note") {
  add({ kind, message, data: "", encoding: "utf-8" });
}

/** An escape sequence that is not complete is shown with what completes it. */
function takeUnfinished(entry) {
  const count = entry.encoding === "utf-8" ? unfinished(entry.data.slice(-80)) : 0;
  const tail = entry.data.slice(entry.data.length - count);
  if (count > 0) {
    entry.data = entry.data.slice(0, -count);
    entry.next -= count;
    entry.painted = false;
  }
  return tail;
}

function grow(entry, data, next) {
  const more = linesIn(data);
  entry.data += data;
  entry.next = next;
  entry.size += data.length;
  entry.lines += more;
  entry.painted = false;
  bytes += data.length;
  lines += more;
  trim();
}

function add(entry) {
  entry.size = entry.data.length;
  entry.lines = 1 + linesIn(entry.data);
  entry.painted = false;
  entries.push(entry);
  bytes += entry.size;
  lines += entry.lines;
  trim();
}

function linesIn(data) {
  let count = 0;
  for (let at = data.indexOf("\n"); at >= 0; at = data.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}

/** In a tab that nobody sees nothing is painted, and so nothing may wait for it. */
function trim() {
  let first = 0;
  while (entries.length - first > 1 && (bytes > MOST_BYTES[view] || lines > MOST_LINES)) {
    const entry = entries[first++];
    bytes -= entry.size;
    lines -= entry.lines;
    dropped += entry.size;
    if (entry.node) {
      gone.push(entry.node);
    }
  }
  entries.splice(0, first);
  frame ||= requestAnimationFrame(paint);
}

function paint(now) {
  frame = 0;
  if (now < restUntil) {
    frame = requestAnimationFrame(paint);
    return;
  }
  const began = performance.now();
  gone.splice(0).forEach(node => node.remove());
  entries.filter(entry => !entry.painted).forEach(paintEntry);
  byId("dropped").hidden = dropped === 0;
  setText(byId("dropped"), dropped === 0 ? "" : text("log.dropped", { size: size(dropped) }));
  if (following) {
    list.scrollTop = list.scrollHeight;
  }
  const ended = performance.now();
  restUntil = ended + REST_PER_WORK * (ended - began);
}

function paintEntry(entry) {
  if (!entry.node) {
    entry.node = element("div", { class: `entry ${entry.kind}` }, element("span", { class: "source" }),
      element("span", { class: "bytes" }));
    list.append(entry.node);
  }
  setText(entry.node.firstChild, text(`source.${entry.kind}`));
  setText(entry.node.lastChild, visible(entry));
  entry.node.classList.toggle("encoded", view === "text" && entry.encoding === "base64");
  entry.painted = true;
}

function visible(entry) {
  if (entry.message) {
    return plain(entry.message());
  }
  if (view === "text") {
    return entry.encoding === "base64" ? entry.data : plain(entry.data);
  }
  const raw = entry.encoding === "base64" ? bytesOfBase64(entry.data) : bytesOf(entry.data);
  return view === "hex" ? hexDump(raw, entry.offset ?? 0, perLine()) : base64(raw);
}

const perLine = () => list.clientWidth < WIDE_PIXELS ? 8 : 16;

function fit() {
  if (paintedPerLine !== perLine()) {
    repaint();
  }
  followEnd(following);
}

function show(chosen) {
  view = chosen;
  repaint();
}

function repaint() {
  paintedPerLine = perLine();
  list.dataset.empty = text("log.empty");
  entries.forEach(entry => entry.painted = false);
  trim();
}

function clear() {
  entries.splice(0);
  gone.splice(0);
  list.replaceChildren();
  bytes = 0;
  lines = 0;
  dropped = 0;
  trim();
}

const isAtEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END_PIXELS;

function followEnd(on, jump = on) {
  following = on;
  byId("follow").checked = on;
  if (jump) {
    list.scrollTop = list.scrollHeight;
  }
}
