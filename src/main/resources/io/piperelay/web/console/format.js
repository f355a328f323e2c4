/* Sizes, times and ranges, in the page's language. */

import { language } from "./texts.js";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const MINUTE = 60;
const HOUR = 3600;

export const count = number => number.toLocaleString(language());

/** Short: three digits and a unit. */
export function size(bytes) {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language(), { maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

export const range = (from, to) => `${count(from)} – ${count(to)}`;

export function clock(time) {
  return new Date(time).toLocaleTimeString(language(), { hour12: false });
}

/** How long ago it was, by this machine's clock. */
export function elapsed(since) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 1000));
  if (seconds < MINUTE) {
    return unit(seconds, "second");
  }
  return seconds < HOUR ? unit(Math.floor(seconds / MINUTE), "minute") : unit(Math.floor(seconds / HOUR), "hour");
}

function unit(value, name) {
  return new Intl.NumberFormat(language(), { style: "unit", unit: name, unitDisplay: "short" }).format(value);
}
