/* What this page knows of the session: asked at a modest pace while somebody looks, and sooner when something happened. */

import { Problem, Unreachable, sendForJson } from "./api.js";

const RUNNING_MILLIS = 1000;
const IDLE_MILLIS = 3000;
const SOON_MILLIS = 150;
const PATIENCE_MILLIS = 10000;

class Session extends EventTarget {
  /** The document of GET /pipe; null while there is no session. */
  status = null;

  /** How the session that was here before ended, while there is none; null if nobody knows. */
  ended = null;

  /** "unknown" at first, then "there", "lost" while nobody answers, "locked" without the token. */
  connection = "unknown";

  #timer = 0;
  #due = Infinity;
  #asking = false;

  get id() {
    return this.status?.id;
  }

  watch() {
    document.addEventListener("visibilitychange", () => this.lookIn(0));
    this.lookIn(0);
  }

  /** Something has happened that the status will show. */
  lookSoon() {
    this.lookIn(SOON_MILLIS);
  }

  lookIn(millis) {
    const due = Date.now() + millis;
    if (due < this.#due && !document.hidden) {
      clearTimeout(this.#timer);
      this.#due = due;
      this.#timer = setTimeout(() => this.#look(), millis);
    }
  }

  async #look() {
    this.#due = Infinity;
    if (this.#asking) {
      this.lookSoon();
      return;
    }
    this.#asking = true;
    try {
      this.show(await sendForJson("GET", "pipe", { patience: PATIENCE_MILLIS }));
    } catch (failure) {
      await this.#explain(failure);
    } finally {
      this.#asking = false;
      this.lookIn(this.status?.state === "running" ? RUNNING_MILLIS : IDLE_MILLIS);
    }
  }

  async #explain(failure) {
    if (failure instanceof Unreachable) {
      this.connected("lost");
    } else if (failure instanceof Problem && failure.document.status === 401) {
      this.connected("locked");
    } else if (failure instanceof Problem && failure.slug === "no-session") {
      await this.#showEnd();
    } else {
      console.warn(failure);
    }
  }

  /** The service remembers the session that ended last. */
  async #showEnd() {
    if (this.id !== undefined) {
      this.ended = await sendForJson("GET", "pipe", { query: { session: this.id } }).catch(() => null);
    }
    this.show(null);
  }

  show(status) {
    this.status = status;
    this.ended = status === null ? this.ended : null;
    this.connected("there");
    this.dispatchEvent(new Event("change"));
  }

  /** It was closed from here, and ended so. */
  showClosed(closed) {
    this.ended = closed;
    this.show(null);
  }

  connected(connection) {
    if (this.connection !== connection) {
      this.connection = connection;
      this.dispatchEvent(new Event("connection"));
    }
  }

  /** The output or errors have got this far, as their events tell sooner than the status does. */
  advanceTo(stream, next) {
    if (this.status !== null && next > this.status[stream].end) {
      this.status[stream].end = next;
      this.dispatchEvent(new Event("progress"));
    }
  }

  /** Waits until there is a session other than this one. */
  async another(id) {
    while (this.status === null || this.status.id === id) {
      await new Promise(resolve => this.addEventListener("change", resolve, { once: true }));
    }
    return this.status.id;
  }
}

export const session = new Session();
