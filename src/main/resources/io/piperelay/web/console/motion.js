/* Bytes that move through the drawing: a dot for what went over a stream in a moment, however much it was. */

import { drawing } from "./dom.js";

const TRAVEL_MILLIS = 900;
const PER_DOT_MILLIS = 110;
const LARGEST_DOT = 5;

const still = matchMedia("(prefers-reduced-motion: reduce)");
const moved = { input: 0, output: 0, errors: 0 };

let timer = 0;
let ways = {};
let place = null;

/**
 * @param paths of each stream: {tube, y, from, to}
 * @param group that the dots are put into
 */
export function through(paths, group) {
  ways = paths;
  place = group;
}

/** Shows that bytes went over a stream: by a dot, or by a light for those who want no motion. */
export function move(stream, count) {
  moved[stream] += count;
  if (place !== null && !document.hidden) {
    timer ||= setTimeout(release, 0);
  }
}

function release() {
  timer = 0;
  for (const stream of Object.keys(moved).filter(name => moved[name] > 0)) {
    const show = still.matches ? light : send;
    show(stream, moved[stream]);
    moved[stream] = 0;
    timer ||= setTimeout(release, PER_DOT_MILLIS);
  }
}

function send(stream, count) {
  const { y, from, to } = ways[stream];
  const radius = Math.min(LARGEST_DOT, 2 + Math.log10(count) / 2);
  const dot = drawing("circle", { class: `dot ${stream}`, cy: y, r: radius });
  place.append(dot);
  const path = [from, to].map(x => ({ transform: `translateX(${x}px)` }));
  dot.animate(path, { duration: TRAVEL_MILLIS, easing: "ease-in-out" }).onfinish = () => dot.remove();
}

function light(stream) {
  const { tube } = ways[stream];
  tube.classList.add("busy");
  setTimeout(() => tube.classList.remove("busy"), TRAVEL_MILLIS);
}
