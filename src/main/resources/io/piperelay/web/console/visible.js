/* Bytes and characters made visible, so that none of them does anything to who looks at them. */

/** ECMA-48: control sequences, operating system commands that are ended in time, and the other escape sequences. */
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,1024}(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-Z\\^-~])/g;

/** The beginning of a control sequence, whose end may come later. */
const UNFINISHED = /\x1b(?:\[[0-?]{0,64}[ -/]{0,8})?$/;

/** Controls but tab and line feed; what changes the direction or is invisible, but for what joins letters and emoji. */
const INVISIBLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu;

const PICTURES = 0x2400;
const PICTURE_OF_DELETE = "\u2421";

/** Text that can be shown to anybody: without escape sequences, and with pictures or code points for what can't be seen. */
export function plain(text) {
  return text.replace(/\r\n/g, "\n").replace(ESCAPES, "").replace(INVISIBLE, visible);
}

function visible(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) {
    return String.fromCodePoint(PICTURES + code);
  }
  return code === 0x7f ? PICTURE_OF_DELETE : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** How many characters at the end are the beginning of an escape sequence. */
export const unfinished = text => UNFINISHED.exec(text)?.[0].length ?? 0;

/** @param offset of the first byte */
export function hexDump(bytes, offset, perLine) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += perLine) {
    const line = bytes.subarray(start, start + perLine);
    const place = (offset + start).toString(16).padStart(8, "0");
    const hex = Array.from(line, byte => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = Array.from(line, letter).join("");
    lines.push(`${place}  ${hex.padEnd(3 * perLine - 1)}  ${letters}`);
  }
  return lines.join("\n");
}

const letter = byte => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";

export function base64(bytes) {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(binary);
}

export const bytesOf = text => new TextEncoder().encode(text);

export const bytesOfBase64 = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
