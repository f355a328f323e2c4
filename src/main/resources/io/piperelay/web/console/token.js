/* Asks for the token, once for all requests that wait for it. It stays in the memory of the tab: see api.js. */

import { whenTokenIsNeeded } from "./api.js";
import { byId, setText } from "./dom.js";
import { session } from "./session.js";
import { text } from "./texts.js";

const dialog = byId("token-dialog");

let asking = null;
let declined = false;
let answer = null;

export function start() {
  whenTokenIsNeeded(ask);
  byId("token-form").addEventListener("submit", use);
  byId("token-cancel").addEventListener("click", () => dialog.close());
  byId("enter-token").addEventListener("click", reconsider);
}

function ask(refused) {
  if (declined) {
    return Promise.resolve(null);
  }
  asking ??= prompt(refused).finally(() => asking = null);
  return asking;
}

async function prompt(refused) {
  answer = null;
  byId("token").value = "";
  setText(byId("token-refused"), refused ? text("token.refused") : "");
  const closed = new Promise(resolve => dialog.addEventListener("close", resolve, { once: true }));
  dialog.showModal();
  await closed;
  declined = answer === null;
  byId("enter-token").hidden = !declined;
  return answer;
}

function use(event) {
  event.preventDefault();
  answer = byId("token").value.trim();
  byId("token").value = "";
  dialog.close();
}

function reconsider() {
  declined = false;
  session.lookIn(0);
}
