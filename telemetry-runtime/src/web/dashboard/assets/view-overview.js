// Every operation at a glance: what runs, what fails, what is slow.

import { columns, DEFAULT_ORDER } from "./overview-columns.js";
import { attention } from "./attention.js";
import { choice, empty, panel, search, tiles } from "./parts.js";
import { count, duration, percent, rate } from "./format.js";
import { errorLevel, rowLevel } from "./judge.js";
import { h } from "./dom.js";
import { httpRoutes } from "./http-routes.js";
import { amend } from "./routes.js";
import { serviceMap } from "./service-map.js";
import { sorted, table, Window } from "./table.js";

/** @typedef {import("./types.js").Row} Row */

/** @type {Record<string, (row: Row) => boolean>} */
const FILTERS = {
  all: () => true,
  wrong: (row) => rowLevel(row) !== "fine",
  busy: (row) => row.rate > 0 || row.active > 0,
};

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function overview({ store, route, redraw }) {
  const scroll = new Window(redraw);
  const [key, direction] = (route.query.get("sort") ?? DEFAULT_ORDER).split(".");
  const shown = {
    text: route.query.get("q") ?? "",
    filter: Object.hasOwn(FILTERS, route.query.get("show") ?? "") ? String(route.query.get("show")) : "all",
    order: { key, isDescending: direction === "down" },
    isHeld: false,
    /** @type {string[]} */
    held: [],
  };
  const change = (/** @type {Partial<typeof shown>} */ changes) => {
    Object.assign(shown, changes, { isHeld: false });
    const sort = `${shown.order.key}.${shown.order.isDescending ? "down" : "up"}`;
    amend(route, {
      q: shown.text,
      show: shown.filter === "all" ? "" : shown.filter,
      sort: sort === DEFAULT_ORDER ? "" : sort,
    });
    redraw();
  };
  return { title: "Overview", draw: () => (store.overview ? view(store, shown, change, scroll) : waiting()) };
}

function waiting() {
  return h("p", { class: "loading" }, "Connecting to the service…");
}

/**
 * @param {import("./store.js").Store} store
 * @param {any} shown
 * @param {(changes: any) => void} change
 * @param {Window} scroll
 */
function view(store, shown, change, scroll) {
  const overview = /** @type {import("./types.js").Overview} */ (store.overview);
  return [
    h("h1", { class: "unseen" }, "Overview"),
    figures(store, overview),
    attention(store),
    operations(store, shown, change, scroll),
    h("div", { class: "columns" }, serviceMap(overview), httpRoutes(overview)),
  ];
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("./types.js").Overview} overview
 */
function figures(store, overview) {
  const { totals, window } = overview;
  const hint = `Over the last ${duration(window ?? 60)}`;
  return tiles([
    { label: "Calls a second", value: rate(totals?.rate), hint },
    {
      label: "Success",
      value: percent(totals?.success_rate),
      level: errorLevel(totals?.error_rate, totals?.rate ?? 0),
      hint,
    },
    { label: "p95 latency", value: duration(totals?.p95), hint },
    { label: "Active now", value: count(totals?.active) },
    { label: "Runs for", value: duration(Math.max(0, store.now() - (overview.started_at ?? overview.now))) },
  ]);
}

/**
 * @param {import("./store.js").Store} store
 * @param {any} shown
 * @param {(changes: any) => void} change
 * @param {Window} scroll
 */
function operations(store, shown, change, scroll) {
  const rows = visible(store, shown);
  const all = store.rows.size;
  const aside = [
    h(
      "span",
      { class: "muted", role: "status" },
      rows.length === all ? `${count(all)} in all` : `${count(rows.length)} of ${count(all)}`,
    ),
    choice(
      "Which operations",
      [
        ["all", "All"],
        ["wrong", "Failing"],
        ["busy", "Busy"],
      ],
      shown.filter,
      (filter) => change({ filter }),
    ),
    search("Search operations", shown.text, (text) => change({ text })),
  ];
  if (all === 0) {
    return panel(
      "Operations",
      {},
      empty(
        "No operation is known yet.",
        "Put ",
        h("code", null, "#[instrument_adapter]"),
        " on an impl block, or ",
        h("code", null, "#[instrument]"),
        " on a function; each is listed here from the start of the service on, with its first call or without.",
      ),
    );
  }
  const body = rows.length
    ? table({
        caption: "Operations",
        class: "operations",
        columns,
        items: rows,
        key: (row) => row.id,
        rowClass: rowLevel,
        order: shown.order,
        window: scroll,
        onorder: (order) => change({ order }),
        events: { onpointerenter: () => hold(shown, rows), onpointerleave: () => (shown.isHeld = false) },
      })
    : empty(
        "None of them matches.",
        shown.filter === "wrong" && !shown.text
          ? "Nothing fails at the moment."
          : "Escape empties the search.",
      );
  return panel("Operations", { aside, class: "operations-panel" }, body);
}

/** Rows do not jump away under a pointer; only what they say changes. */
function hold(shown, rows) {
  shown.isHeld = true;
  shown.held = rows.map((/** @type {Row} */ row) => row.id);
}

/**
 * @param {import("./store.js").Store} store
 * @param {any} shown
 * @returns {Row[]}
 */
function visible(store, shown) {
  if (shown.isHeld) return shown.held.map((/** @type {string} */ id) => store.rows.get(id)).filter(Boolean);
  const wanted = shown.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const isWanted = FILTERS[shown.filter];
  const found = [...store.rows.values()].filter((row) => isWanted(row) && matches(row, wanted));
  return sorted(found, columns, shown.order);
}

/**
 * @param {Row} row
 * @param {string[]} wanted
 */
function matches(row, wanted) {
  if (!wanted.length) return true;
  const text = [row.id, row.kind, ...Object.keys(row.errors ?? {})].join(" ").toLowerCase();
  return wanted.every((word) => text.includes(word));
}
