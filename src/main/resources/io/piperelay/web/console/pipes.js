/* The pipes, drawn: the parent on the left, the child on the right, and what is between them in either topology. */

import { byId, drawing, setText } from "./dom.js";
import { size } from "./format.js";
import { through } from "./motion.js";
import { session } from "./session.js";
import { inEveryLanguage, text } from "./texts.js";

const HEIGHT = 144;
const NARROW_PIXELS = 620;
const BOX = { narrow: 86, wide: 168 };
const LONGEST_NAME = { narrow: 10, wide: 18 };
const ERRORS_Y = 124;
const GAUGE_SHARE = 0.36;
const ALMOST_FULL = 0.9;

/** Heights: of the tubes, of where the parent and the child hold them, and of what is written above and below. */
const LAYOUTS = {
  duplex: {
    tubes: { input: { y: 33, height: 15 }, output: { y: 71, height: 15 } },
    ends: { input: 40.5, output: 78.5 },
    ways: { input: 40.5, output: 78.5 },
    labels: { input: 26, output: 64 },
    gauge: 94,
    inset: 0,
  },
  shared: {
    tubes: { shared: { y: 36, height: 24 } },
    ends: { input: 35, output: 61 },
    ways: { input: 43, output: 53 },
    labels: { input: 26, output: 75 },
    gauge: 86,
    inset: 30,
  },
};

const figure = byId("pipes");

let built = "";
let frame = 0;
let svg = null;
let gauge = null;
let gaugeWidth = 0;
let texts = {};

export function start() {
  new ResizeObserver(drawSoon).observe(figure);
  session.addEventListener("change", drawSoon);
  session.addEventListener("progress", drawSoon);
  byId("topology").addEventListener("change", drawSoon);
  inEveryLanguage(drawSoon);
}

function drawSoon() {
  frame ||= requestAnimationFrame(draw);
}

/** In pixels, so that letters keep their size however wide the drawing is. */
function draw() {
  frame = 0;
  const shown = session.status ?? session.ended;
  const topology = shown?.topology ?? byId("topology").value;
  const width = Math.floor(figure.clientWidth);
  if (built !== `${topology} ${width}`) {
    built = `${topology} ${width}`;
    build(LAYOUTS[topology], placesIn(width));
  }
  write(shown, topology, width < NARROW_PIXELS);
}

function placesIn(width) {
  const box = width < NARROW_PIXELS ? BOX.narrow : BOX.wide;
  const between = width - 2 * box;
  gaugeWidth = Math.round(between * GAUGE_SHARE);
  return { width, box, left: box, right: width - box };
}

function build(layout, places) {
  const tubes = Object.fromEntries(
    Object.entries(layout.tubes).map(([name, at]) => [name, tube(name, at, layout, places)]));
  const errors = drawing("path", { class: "line errors", d: `M${places.right} ${ERRORS_Y}H${places.left}` });
  const dots = drawing("g");
  const gaugeAt = { x: places.left + 10, y: layout.gauge, height: 5, rx: 2.5 };
  gauge = drawing("rect", { class: "gauge", ...gaugeAt, width: 0 });
  texts = labels(layout, places);
  through(ways(layout, places, { ...tubes, errors }), dots);
  svg = drawing("svg", { role: "img", width: places.width, height: HEIGHT },
    box(0, places.box), box(places.right, places.box), ...Object.values(tubes), ...ends(layout, places), errors,
    drawing("rect", { class: "window-size", ...gaugeAt, width: gaugeWidth }), gauge, dots, ...Object.values(texts));
  figure.replaceChildren(svg);
}

const box = (x, width) =>
  drawing("rect", { class: "box", x: x + 0.5, y: 4.5, width: width - 1, height: HEIGHT - 9, rx: 4 });

function tube(name, { y, height }, { inset }, { left, right }) {
  return drawing("rect",
    { class: `tube ${name}`, x: left + inset, width: right - left - 2 * inset, y, height, rx: height / 2 });
}

/** On a single pipe each side holds both ends. */
function ends({ inset, ends: heights, ways: inside }, { left, right }) {
  const curve = (name, from, to) => drawing("path", {
    class: `line ${name}`,
    d: `M${from} ${heights[name]}C${(from + to) / 2} ${heights[name]} ${(from + to) / 2} ${inside[name]} ${to} ${inside[name]}`,
  });
  return inset === 0 ? [] : ["input", "output"].flatMap(name =>
    [curve(name, left, left + inset), curve(name, right, right - inset)]);
}

function ways(layout, { left, right }, tubes) {
  const [from, to] = [left + layout.inset + 6, right - layout.inset - 6];
  return {
    input: { tube: tubes.input ?? tubes.shared, y: layout.ways.input, from, to },
    output: { tube: tubes.output ?? tubes.shared, y: layout.ways.output, from: to, to: from },
    errors: { tube: tubes.errors, y: ERRORS_Y, from: right - 6, to: left + 6 },
  };
}

function labels({ ends: heights, labels: lines, gauge: gaugeY, inset }, { width, box: boxWidth, left, right }) {
  const label = (name, x, y, anchor) => drawing("text", { class: name, x, y, "text-anchor": anchor });
  const [start, end] = [left + 10, right - 10];
  return {
    parent: label("title", boxWidth / 2, 24, "middle"),
    child: label("title", width - boxWidth / 2, 24, "middle"),
    write: label("end", left - 8, heights.input + 4, "end"),
    read: label("end", left - 8, heights.output + 4, "end"),
    stdin: label("end", right + 8, heights.input + 4),
    stdout: label("end", right + 8, heights.output + 4),
    stderr: label("end", right + 8, ERRORS_Y + 4),
    input: label("flow input", start, lines.input),
    output: label("flow output", start, lines.output),
    pending: label("flow", end, lines.input, "end"),
    both: label("flow", (left + right) / 2, inset > 0 ? 52 : 0, "middle"),
    window: label("flow", start + 8 + gaugeWidth, gaugeY + 7),
    errors: label("flow errors", end, ERRORS_Y - 5, "end"),
  };
}

function write(shown, topology, narrow) {
  const words = { ...NAMES, ...shown ? known(shown, narrow) : unknown(), parent: text("pipe.parent") };
  words.both = topology === "shared" && !narrow ? text("pipe.shared") : "";
  Object.entries(texts).forEach(([name, node]) => setText(node, words[name]));
  svg.setAttribute("class", shown?.state ?? "none");
  svg.setAttribute("aria-label", shown ? summary(shown) : text("pipe.label.none"));
  fill(shown === null ? 0 : unread(shown) / shown.output.capacity);
}

const NAMES = { stdin: "stdin", stdout: "stdout", stderr: "stderr" };

const unread = ({ output }) => output.end - output.cursor;

function fill(share) {
  gauge.setAttribute("width", share > 0 ? Math.max(3, Math.min(1, share) * gaugeWidth) : 0);
  gauge.classList.toggle("full", share > ALMOST_FULL);
}

function unknown() {
  return {
    child: text("pipe.child"),
    write: "write",
    read: "read",
    input: `${text("pipe.input")} →`,
    output: `← ${text("pipe.output")}`,
    errors: text("pipe.errors"),
    window: "",
    pending: "",
  };
}

function known(shown, narrow) {
  const { input, output, errors, pipe } = shown;
  const amounts = { unread: size(unread(shown)), capacity: size(output.capacity) };
  return {
    child: shortened(shown.child.name, narrow ? LONGEST_NAME.narrow : LONGEST_NAME.wide),
    write: `write ${pipe.writeHandle}`,
    read: `read ${pipe.readHandle}`,
    input: `${text("pipe.input")} ${size(input.offset)} →${input.open ? "" : ` (${text("pipe.closed")})`}`,
    output: `← ${text("pipe.output")} ${size(output.end)}${output.eof ? ` (${text("pipe.eof")})` : ""}`,
    errors: `${text("pipe.errors")} ${size(errors.end)}`,
    window: narrow ? `${amounts.unread} / ${amounts.capacity}` : text("pipe.window", amounts),
    pending: narrow ? "" : waiting(input),
  };
}

const waiting = ({ pending }) => pending > 0 ? text("pipe.pending", { size: size(pending) }) : "";

const shortened = (name, longest) => name.length > longest ? `${name.slice(0, longest - 1)}…` : name;

function summary(shown) {
  return text(`pipe.label.${shown.topology}`, {
    child: shown.child.name,
    input: size(shown.input.offset),
    output: size(shown.output.end),
    unread: size(unread(shown)),
  });
}
