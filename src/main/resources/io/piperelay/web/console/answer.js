/* The last answer; a problem as the service described it, and with what to do about it. */

import { Problem, Unreachable, linkTo, sendForJson } from "./api.js";
import { byId, element } from "./dom.js";
import { inEveryLanguage, knows, text } from "./texts.js";
import { plain } from "./visible.js";

/** Members that are shown in their own way. */
const STANDARD = ["type", "title", "status", "detail", "instance", "diagnosis"];

const result = byId("result");
const problem = byId("problem");

/** Where the answer is shown, and what makes its parts, in the language of the moment. */
let shown = { place: result, make: () => [element("p", { class: "hint" }, text("answer.none"))] };
let paintings = 0;

export function start() {
  inEveryLanguage(paint);
}

/** A sentence, and the payload that came with it if any did. */
export function showAnswer(sentence, payload = null) {
  const make = () => [
    element("p", {}, sentence()),
    payload === null ? "" : element("pre", { class: "payload", tabindex: "0" }, payload),
  ];
  show({ place: result, make });
}

/** @param failure what was thrown instead of an answer */
export function showFailure(failure) {
  show({ place: problem, make: () => described(failure) });
}

function show(answer) {
  shown = answer;
  paint();
}

async function paint() {
  const turn = ++paintings;
  const parts = await shown.make();
  if (turn === paintings) {
    result.replaceChildren();
    problem.replaceChildren();
    shown.place.replaceChildren(...parts);
  }
}

async function described(failure) {
  if (failure instanceof Unreachable) {
    return [heading(text("unreachable.title")), todo(text("unreachable.todo"))];
  }
  if (!(failure instanceof Problem)) {
    return [heading(String(failure.message ?? failure))];
  }
  const { title, detail, diagnosis } = failure.document;
  const explained = await explain(failure);
  return [
    heading(explained?.title ?? title),
    detail ? element("p", { lang: "en" }, plain(String(detail))) : "",
    explained ? todo(explained.explanation) : "",
    ...diagnosis ? diagnosed(diagnosis) : [],
    members(failure),
  ];
}

/** In the page's language, which may have changed since the problem occurred. */
const explain = failure => sendForJson("GET", `problems/${encodeURIComponent(failure.slug)}`).catch(() => null);

const heading = title => element("h3", {}, plain(String(title)));

const todo = advice => element("p", { class: "todo" }, element("strong", {}, text("problem.todo")), " ", plain(advice));

/** What it usually means that a child does not answer, as the service tells it. */
export function diagnosed({ code, detail }) {
  const title = knows(`diagnosis.${code}`) ? `diagnosis.${code}` : "diagnosis.other";
  return [element("h3", { class: "diagnosed" }, text(title)), element("p", {}, plain(detail))];
}

function members(failure) {
  const list = element("dl", { class: "members" });
  const add = (name, value) => list.append(element("dt", {}, name), element("dd", {}, value));
  const { status, type } = failure.document;
  add(text("problem.status"), String(status));
  if (type) {
    add(text("problem.type"), element("a", { href: linkTo(`problems/${failure.slug}`) }, type));
  }
  for (const [name, value] of Object.entries(failure.document)) {
    if (!STANDARD.includes(name)) {
      add(name, plain(typeof value === "string" ? value : JSON.stringify(value)));
    }
  }
  return list;
}
