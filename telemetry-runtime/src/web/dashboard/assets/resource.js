// An answer of the server that a view shows, asked for again and again while the view is open and visible.

import { get } from "./api.js";

export class Resource {
  /**
   * @param {() => void} changed
   * @param {number} [every] milliseconds between two answers; once if absent
   */
  constructor(changed, every) {
    this.changed = changed;
    this.every = every;
    this.path = "";
    /** @type {any} */
    this.data = null;
    /** @type {Error | null} */
    this.error = null;
    this.timer = 0;
    this.request = new AbortController();
  }

  /** @param {string} path below `api/` */
  async load(path) {
    this.close();
    if (path !== this.path) this.data = null;
    this.path = path;
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      if (!document.hidden || this.data === null) this.data = await get(path, signal);
      this.error = null;
    } catch (error) {
      if (signal.aborted) return;
      this.error = /** @type {Error} */ (error);
    }
    if (signal.aborted) return;
    this.changed();
    if (this.every) this.timer = setTimeout(() => this.load(path), this.every);
  }

  /** Asks at once, e.g. after an order. */
  reload() {
    return this.load(this.path);
  }

  close() {
    clearTimeout(this.timer);
    this.request.abort();
  }
}
