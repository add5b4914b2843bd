// Traces that the service keeps in memory, and the search among them.

import { answered, choice, empty, link, panel, search } from "./parts.js";
import { count } from "./format.js";
import { h } from "./dom.js";
import { amend } from "./routes.js";
import { Resource } from "./resource.js";
import { traceTable } from "./trace-table.js";

const EVERY = 3000;
const LIMIT = 100;
/** Typing ends so long after the last letter, in milliseconds. */
const TYPED = 250;

const LEAST = [
  ["", "Any duration"],
  ["0.01", "10 ms and more"],
  ["0.1", "100 ms and more"],
  ["0.5", "500 ms and more"],
  ["1", "1 s and more"],
  ["5", "5 s and more"],
];

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function traces({ store, route, redraw }) {
  const found = new Resource(redraw, EVERY);
  const asked = {
    operation: route.query.get("operation") ?? "",
    status: route.query.get("status") ?? "",
    min_duration: route.query.get("min_duration") ?? "",
    text: route.query.get("id") ?? "",
  };
  const load = () => {
    const query = new URLSearchParams({ limit: String(LIMIT) });
    const id = asked.text.trim().toLowerCase();
    for (const [name, value] of [
      ["operation", asked.operation],
      ["status", asked.status],
      ["min_duration", asked.min_duration],
      ["id", id],
    ])
      if (value) query.set(name, value);
    // What is there stays until the answer has come.
    const before = found.data;
    found.load(`traces?${query}`);
    found.data = before;
  };
  let timer = 0;
  const change = (/** @type {Partial<typeof asked>} */ changes) => {
    Object.assign(asked, changes);
    amend(route, {
      operation: asked.operation,
      status: asked.status,
      min_duration: asked.min_duration,
      id: asked.text,
    });
    clearTimeout(timer);
    timer = setTimeout(load, "text" in changes ? TYPED : 0);
    redraw();
  };
  load();
  return {
    title: "Traces",
    close: () => (clearTimeout(timer), found.close()),
    draw: () => [h("h1", { class: "unseen" }, "Traces"), view(store, found, asked, change)],
  };
}

/**
 * @param {import("./store.js").Store} store
 * @param {Resource} found
 * @param {any} asked
 * @param {(changes: any) => void} change
 */
function view(store, found, asked, change) {
  const ids = [...store.rows.keys()].sort();
  if (asked.operation && !ids.includes(asked.operation)) ids.unshift(asked.operation);
  const aside = [
    choice(
      "Outcome",
      [
        ["", "All"],
        ["error", "Errors"],
        ["ok", "Ok"],
      ],
      asked.status,
      (status) => change({ status }),
    ),
    select("Operation", [["", "Any operation"], ...ids.map((id) => [id, id])], asked.operation, (operation) =>
      change({ operation }),
    ),
    select("Least duration", LEAST, asked.min_duration, (min_duration) => change({ min_duration })),
    search("Trace id", asked.text, (text) => change({ text })),
  ];
  return panel(
    "Traces",
    { aside, class: "traces-panel" },
    answered(found, (data) => [list(data, store, asked), kept(data)]),
  );
}

/**
 * @param {string} label
 * @param {string[][]} options
 * @param {string} value
 * @param {(value: string) => void} changed
 */
function select(label, options, value, changed) {
  return h(
    "select",
    { "aria-label": label, value, onchange: (/** @type {any} */ event) => changed(event.target.value) },
    options.map(([each, text]) => h("option", { key: each, value: each }, text)),
  );
}

/**
 * @param {any} data
 * @param {import("./store.js").Store} store
 * @param {any} asked
 */
function list(data, store, asked) {
  if (data.traces?.length) return traceTable("Traces", data.traces, store.now());
  if (asked.operation || asked.status || asked.min_duration || asked.text) {
    return empty(
      "No kept trace matches.",
      "It may have been pushed out by newer ones, or its call was not sampled.",
    );
  }
  return empty(
    "No trace yet.",
    "Sampled calls appear here as soon as they have ended. The ratio can be changed in the ",
    link("#/settings", "settings"),
    "; an operation's page records its next calls whatever the ratio.",
  );
}

/** @param {any} data */
function kept({ kept, capacity, dropped }) {
  return h(
    "p",
    { class: "foot muted" },
    `${count(kept)} of at most ${count(capacity)} traces are kept in memory`,
    dropped ? `; ${count(dropped)} spans of too large ones are left out` : "",
    ".",
  );
}
