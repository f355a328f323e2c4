/* Tells a screen reader what the child says: its last words now and then, or in a flood only how much it was. */

import { byId } from "./dom.js";
import { size } from "./format.js";
import { text } from "./texts.js";
import { plain } from "./visible.js";

const PAUSE_MILLIS = 3000;
const SPOKEN_CHARACTERS = 300;

let heard = "";
let amount = 0;
let timer = 0;

export function hear(data, count) {
  amount += count;
  heard = (heard + data).slice(-SPOKEN_CHARACTERS);
  timer ||= setTimeout(speak, PAUSE_MILLIS / 4);
}

function speak() {
  byId("announcement").textContent =
    amount <= SPOKEN_CHARACTERS ? plain(heard) : text("announce.flood", { size: size(amount) });
  heard = "";
  amount = 0;
  timer = setTimeout(() => {
    timer = 0;
    if (heard !== "") {
      speak();
    }
  }, PAUSE_MILLIS);
}
