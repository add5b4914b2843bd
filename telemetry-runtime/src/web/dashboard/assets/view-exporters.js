// Where signals go, and what became of every one of them.

import { ago, clock, count, percent, words } from "./format.js";
import { answered, badge, breakerBadge, empty, panel } from "./parts.js";
import { h } from "./dom.js";
import { Resource } from "./resource.js";
import { table } from "./table.js";

const EVERY = 3000;
/** A queue so full will soon drop. */
const FULL = 0.8;
/** Reasons that are no fault: nobody wanted it kept, and nobody listens. */
const HARMLESS = new Set(["not_kept", "idle"]);

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function exporters({ store, redraw }) {
  const found = new Resource(redraw, EVERY);
  found.load("exporters");
  return {
    title: "Exporters",
    close: () => found.close(),
    draw: () => [
      h("h1", { class: "unseen" }, "Exporters"),
      health(store),
      answered(found, (data) => view(data, store.now())),
    ],
  };
}

/** @param {import("./store.js").Store} store */
function health({ overview }) {
  const word = overview?.health;
  const level = { healthy: "fine", degraded: "warn", unhealthy: "bad" }[word ?? ""] ?? "note";
  return h(
    "div",
    { class: "view-head" },
    h("p", null, h("span", { class: "muted" }, "Telemetry itself is "), badge(level, word ?? "–")),
    h("p", { class: "muted" }, "For each exporter: started = exported + fallback + dropped + live"),
  );
}

/**
 * @param {any[]} all
 * @param {number} now
 */
function view(all, now) {
  if (!all.length)
    return panel(
      "Exporters",
      {},
      empty(
        "Nothing leaves the service.",
        "Exporters stand under ",
        h("code", null, "exporters"),
        " in settings.yaml: OTLP, Jaeger, Zipkin, Azure Monitor, the console, files. This page needs none of them.",
      ),
    );
  const columns = [
    {
      key: "name",
      label: "Exporter",
      isName: true,
      class: "name-column",
      cell: (each) => [each.name, " ", h("span", { class: "tag" }, each.signal)],
    },
    { key: "state", label: "State", cell: state },
    { key: "queue", label: "Queue", class: "queue-column", cell: queue },
    { key: "exported", label: "Exported", class: "number", cell: (each) => count(each.exported) },
    { key: "fallback", label: "Fallback", class: "number wide", cell: (each) => count(each.fallback) },
    { key: "dropped", label: "Dropped, by reason", class: "errors-column", cell: dropped },
    { key: "live", label: "Live", class: "number wide", cell: (each) => count(each.live) },
    { key: "failure", label: "Last failure", class: "wide", cell: (each) => failure(each, now) },
  ];
  return panel(
    "Exporters",
    {},
    table({ caption: "Exporters", columns, items: all, key: (each) => `${each.name} ${each.signal}` }),
  );
}

/** @param {any} each */
function state(each) {
  if (each.idle)
    return h(
      "span",
      { class: "muted", title: "Nobody listens at the default address, and nobody asked for it" },
      "idle",
    );
  return !each.breaker || each.breaker === "closed" ? "works" : breakerBadge(each.breaker);
}

/** @param {any} each */
function queue({ queue_fill: fill }) {
  if (fill === null || fill === undefined) return "–";
  return h(
    "span",
    { class: "meter" },
    h(
      "svg",
      {
        class: `share ${fill >= FULL ? "warn" : ""}`,
        viewBox: "0 0 100 6",
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      },
      h("rect", { class: "share-ground", width: 100, height: 6 }),
      h("rect", { width: (fill * 100).toFixed(1), height: 6 }),
    ),
    fill >= FULL ? badge("warn", percent(fill)) : percent(fill),
  );
}

/** @param {any} each */
function dropped(each) {
  const reasons = Object.entries(each.dropped ?? {}).filter(([, total]) => Number(total) > 0);
  if (!reasons.length) return h("span", { class: "muted" }, "none");
  return h(
    "span",
    { class: "errors" },
    reasons.map(([reason, total]) => {
      const text = [words(reason), " ", h("b", null, count(Number(total)))];
      return h(
        "span",
        { key: reason, class: "error-type" },
        HARMLESS.has(reason) ? text : badge("warn", ...text),
      );
    }),
  );
}

/**
 * @param {any} each
 * @param {number} now
 */
function failure({ last_failure: last }, now) {
  if (!last) return h("span", { class: "muted" }, "none");
  return h("time", { title: clock(last.at) }, `${words(last.reason)}, ${ago(last.at, now)}`);
}
