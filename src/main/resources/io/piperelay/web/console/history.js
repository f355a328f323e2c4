/* Earlier messages, brought back by the arrow keys as in a shell. */

const MOST = 100;

export class History {
  #messages = [];
  #at = 0;
  #draft = "";

  add(message) {
    if (message !== "" && this.#messages.at(-1) !== message) {
      this.#messages.push(message);
      this.#messages.splice(0, this.#messages.length - MOST);
    }
    this.#at = this.#messages.length;
    this.#draft = "";
  }

  /** Answers arrow keys at the first and last line; elsewhere they move in the message. */
  attachTo(field) {
    field.addEventListener("keydown", event => {
      const modified = event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
      const up = event.key === "ArrowUp" && !field.value.slice(0, field.selectionStart).includes("\n");
      const down = event.key === "ArrowDown" && !field.value.slice(field.selectionEnd).includes("\n");
      if (!modified && (up || down) && this.#go(field, up ? -1 : 1)) {
        event.preventDefault();
      }
    });
  }

  #go(field, step) {
    const next = this.#at + step;
    if (next < 0 || next > this.#messages.length) {
      return false;
    }
    if (this.#at === this.#messages.length) {
      this.#draft = field.value;
    }
    this.#at = next;
    field.value = this.#messages[next] ?? this.#draft;
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }
}
