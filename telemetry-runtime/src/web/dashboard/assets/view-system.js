// The process and its machine.

import { answered, empty, facts, panel } from "./parts.js";
import { quantity, words } from "./format.js";
import { h } from "./dom.js";
import { lines } from "./lines.js";
import { Resource } from "./resource.js";

const EVERY = 3000;

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function system({ redraw }) {
  const found = new Resource(redraw, EVERY);
  found.load("system");
  return {
    title: "System",
    close: () => found.close(),
    draw: () => [h("h1", { class: "unseen" }, "System"), answered(found, view)],
  };
}

/** Gauges that stand among the figures of the process and hardly ever move. */
const STEADY = new Set([
  "process_start_time_seconds",
  "process_max_fds",
  "process_virtual_memory_bytes",
  "process_virtual_memory_max_bytes",
]);

/** @param {any} data */
function view({ process, runtime, gauges }) {
  const families = grouped((gauges ?? []).filter(({ name }) => !STEADY.has(name)));
  return [
    h("div", { class: "columns" }, plain("Process", process), plain("Runtime", runtime)),
    families.length
      ? h(
          "div",
          { class: "cards small-cards" },
          families.map(([name, series]) => family(name, series)),
        )
      : panel(
          "Machine",
          {},
          empty(
            "Nothing of the machine is measured.",
            "The feature ",
            h("code", null, "monitor"),
            " watches cpu, memory, disk and network, and probes of your own.",
          ),
        ),
  ];
}

/** What a figure's name ends with says what it is counted in. */
const UNITS = [
  ["_bytes", "bytes"],
  ["_seconds", "seconds"],
  ["_percent", "percent"],
  ["_ratio", "ratio"],
];

/**
 * @param {string} name
 * @param {any} value
 */
function figure(name, value) {
  if (name === "pid") return String(value);
  if (typeof value !== "number") return value === null || value === undefined ? "–" : String(value);
  if (/_at$|start_time/.test(name)) return quantity(value, "unix_seconds");
  return quantity(value, UNITS.find(([end]) => name.endsWith(end))?.[1]);
}

/** @param {string} name */
function titled(name) {
  const end = UNITS.find(([end]) => name.endsWith(end))?.[0] ?? "";
  const text = words(
    name
      .slice(0, name.length - end.length)
      .replace(/^process_/, "")
      .replace(/_total$/, ""),
  );
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {string} title
 * @param {Record<string, any> | null | undefined} values
 */
function plain(title, values) {
  const pairs = Object.entries(values ?? {}).filter(([, value]) => typeof value !== "object");
  if (!pairs.length) return null;
  return panel(
    title,
    {},
    facts(
      pairs.map(([name, value]) => [titled(name), figure(name, value)]),
      "figures",
    ),
  );
}

/**
 * @param {any[]} gauges
 * @returns {[string, any[]][]}
 */
function grouped(gauges) {
  const families = new Map();
  for (const gauge of gauges) families.set(gauge.name, [...(families.get(gauge.name) ?? []), gauge]);
  return [...families];
}

/**
 * @param {string} name
 * @param {any[]} series
 */
function family(name, series) {
  const unit = series[0].unit ?? UNITS.find(([end]) => name.endsWith(end))?.[1];
  const labelled = series.map((each) => ({
    ...each,
    label: Object.values(each.labels ?? {}).join(" ") || "now",
  }));
  // The same is often measured in bytes and in percent.
  const title = titled(name) + (unit === "percent" ? " in percent" : "");
  return h(
    "section",
    { key: name, class: "panel", "aria-label": title },
    h("div", { class: "panel-head" }, h("h2", null, title)),
    lines(labelled, unit),
    h(
      "ul",
      { class: "series" },
      labelled.map((each, index) =>
        h(
          "li",
          { key: each.label },
          h(
            "svg",
            { class: "key-mark", viewBox: "0 0 16 6", "aria-hidden": "true" },
            h("path", { class: `line l${index % 5}`, d: "M0 3H16" }),
          ),
          h("span", { class: "series-name" }, each.label),
          h("b", null, quantity(each.value, unit)),
        ),
      ),
    ),
  );
}
