// The stream of changes, and what becomes of it when the server goes away.

import { address, get } from "./api.js";

/** A tick comes every two seconds; a connection this quiet is dead. In milliseconds, as all times here. */
const QUIET = 10_000;
/** From the first attempt to the longest wait between two. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 10_000;

/**
 * Keeps a connection while the page is visible: a browser has six to a server, and hidden pages need none.
 */
export class Stream {
  /**
   * @param {{ overview: (data: any) => void, tick: (data: any) => void, state: (state: string) => void }} on
   */
  constructor(on) {
    this.on = on;
    /** @type {EventSource | null} */
    this.source = null;
    this.retry = FIRST_RETRY;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => this.follow());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.follow());
    addEventListener("online", () => this.reopen());
  }

  follow() {
    if (document.hidden) {
      this.close();
      this.on.state("paused");
    } else if (!this.source) {
      this.reopen();
    }
  }

  reopen() {
    this.close();
    const source = new EventSource(address("api/stream"));
    this.source = source;
    source.addEventListener("overview", (event) => this.heard(event, this.on.overview));
    source.addEventListener("tick", (event) => this.heard(event, this.on.tick));
    source.onerror = () => this.lost();
    this.expect();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  /**
   * @param {MessageEvent} event
   * @param {(data: any) => void} tell
   */
  heard(event, tell) {
    this.retry = FIRST_RETRY;
    this.expect();
    this.on.state("live");
    tell(JSON.parse(event.data));
  }

  expect() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(), QUIET);
  }

  /** The browser's own retries end for good at an answer that is no stream, as proxies give while a service restarts. */
  lost() {
    this.close();
    this.on.state("reconnecting");
    this.timer = setTimeout(() => this.probe(), this.retry);
    this.retry = Math.min(this.retry * 1.5, LAST_RETRY);
  }

  /** An event source does not tell why it was refused; a plain question leads to the login form. */
  async probe() {
    try {
      await get("breakers");
      this.reopen();
    } catch {
      if (!document.hidden) this.lost();
    }
  }
}
