/* The page's words: in the first of the browser's languages that there are words in, or as its user switches. */

import en from "./texts-en.js";
import zh from "./texts-zh.js";

const ALL = { en, zh };
const REMEMBERED = "pipe-relay.language";
const listeners = [];

let current = remembered() ?? preferred();

export const language = () => current;

/** @param values what stands in for {name} in the text */
export function text(key, values = {}) {
  const found = ALL[current][key] ?? key;
  return found.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

/** Whether there is such a text: the service may name things that this page does not know yet. */
export const knows = key => key in ALL[current];

export function speak(chosen) {
  current = chosen;
  try {
    localStorage.setItem(REMEMBERED, chosen);
  } catch {
    // Without storage it is this page's only.
  }
  apply();
}

/** Calls it now and whenever the language changes. */
export function inEveryLanguage(listener) {
  listeners.push(listener);
  listener();
}

export function apply() {
  document.documentElement.lang = current;
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = text(node.dataset.text);
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", text(node.dataset.label));
  }
  for (const node of document.querySelectorAll("[data-placeholder]")) {
    node.placeholder = text(node.dataset.placeholder);
  }
  listeners.forEach(listener => listener());
}

function preferred() {
  const known = navigator.languages.map(tag => tag.toLowerCase().split("-")[0]).find(tag => tag in ALL);
  return known ?? "en";
}

function remembered() {
  try {
    const code = localStorage.getItem(REMEMBERED);
    return code in ALL ? code : null;
  } catch {
    return null;
  }
}
