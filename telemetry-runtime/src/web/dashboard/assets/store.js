// The overview as the stream keeps it.

/** @typedef {import("./types.js").Row} Row */

export class Store {
  constructor() {
    /** @type {import("./types.js").Overview | null} */
    this.overview = null;
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    /** Grows with every change, for those who keep something made of it. */
    this.version = 0;
    /** When something was heard last, by our clock. */
    this.heardAt = 0;
    /** The service's clock minus ours, in seconds. */
    this.ahead = 0;
    this.hasRestarted = false;
  }

  /** @param {import("./types.js").Overview} overview */
  replace(overview) {
    const before = this.overview?.started_at;
    // A clock that is anchored anew may move by a little.
    this.hasRestarted ||= before !== undefined && Math.abs(overview.started_at - before) > 1;
    this.overview = overview;
    this.rows = new Map((overview.operations ?? []).map((row) => [row.id, row]));
    this.touched(overview.now);
  }

  /** @param {any} tick */
  change(tick) {
    if (!this.overview) return;
    for (const row of tick.operations ?? []) this.rows.set(row.id, row);
    for (const id of tick.removed ?? []) this.rows.delete(id);
    for (const name of ["totals", "edges", "breakers", "alerts_firing", "health", "http", "now"]) {
      if (tick[name] !== undefined) this.overview[name] = tick[name];
    }
    this.touched(tick.now);
  }

  /** @param {number} now */
  touched(now) {
    this.heardAt = Date.now() / 1000;
    if (now) this.ahead = now - this.heardAt;
    this.version += 1;
  }

  /** Now, by the service's clock. */
  now() {
    return Date.now() / 1000 + this.ahead;
  }

  /** Breakers that let through less than they could. */
  troubledBreakers() {
    return (this.overview?.breakers ?? []).filter(
      ({ state }) => !["closed", "disabled", "metrics_only"].includes(state),
    );
  }
}
