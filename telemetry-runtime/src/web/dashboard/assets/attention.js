// What wants a look, worst first; one calm line where nothing does.

import { findings, weight, worse } from "./judge.js";
import { h } from "./dom.js";
import { breakerLevel, link, sign } from "./parts.js";
import { words } from "./format.js";
import { href } from "./routes.js";

/** So many are named; the rest is one filter away. */
const MOST = 5;

/** @typedef {{ level: import("./parts.js").Level, key: string, content: import("./dom.js").Child }} Matter */

/** @param {import("./store.js").Store} store */
export function attention(store) {
  const matters = [
    ...fromBreakers(store),
    ...fromAlerts(store),
    ...fromTelemetry(store),
    ...fromOperations(store),
  ];
  if (!matters.length) {
    return h(
      "p",
      { class: "attention calm" },
      h(
        "svg",
        { class: "sign fine", viewBox: "0 0 16 16", "aria-hidden": "true" },
        h("path", { class: "tick", d: "M3.5 8.5l3 3 6-7" }),
      ),
      "Nothing wants your attention.",
    );
  }
  const shown = matters.sort((a, b) => weight(b.level) - weight(a.level)).slice(0, MOST);
  const rest = matters.length - shown.length;
  return h(
    "ul",
    { class: `attention ${shown[0].level}`, "aria-label": "Wants your attention" },
    shown.map(({ level, key, content }) =>
      h("li", { key, class: level }, sign(level), h("span", null, content)),
    ),
    rest > 0 ? h("li", { key: " more" }, link(href("", null, { show: "wrong" }), `and ${rest} more`)) : null,
  );
}

/**
 * @param {import("./store.js").Store} store
 * @returns {Matter[]}
 */
function fromBreakers(store) {
  return store.troubledBreakers().map(({ name, state }) => ({
    level: breakerLevel(state),
    key: `breaker ${name}`,
    content: ["The breaker ", link(href("breakers", null, { name }), name), ` is ${words(state)}.`],
  }));
}

/**
 * @param {import("./store.js").Store} store
 * @returns {Matter[]}
 */
function fromAlerts({ overview }) {
  const firing = overview?.alerts_firing;
  if (!firing) return [];
  return [
    {
      level: "bad",
      key: "alerts",
      content: link("#/alerts", firing === 1 ? "One alert is firing." : `${firing} alerts are firing.`),
    },
  ];
}

/**
 * @param {import("./store.js").Store} store
 * @returns {Matter[]}
 */
function fromTelemetry({ overview }) {
  const health = overview?.health;
  if (!health || health === "healthy") return [];
  const level = health === "unhealthy" ? "bad" : "warn";
  return [
    {
      level,
      key: "health",
      content: [
        link("#/exporters", "Telemetry itself"),
        ` is ${health}; this says nothing about the service.`,
      ],
    },
  ];
}

/**
 * @param {import("./store.js").Store} store
 * @returns {Matter[]}
 */
function fromOperations(store) {
  return [...store.rows.values()].flatMap((row) => {
    const found = findings(row);
    if (!found.length) return [];
    const level = found.map((each) => each.level).reduce(worse);
    const text = found.map((each) => each.text).join("; ");
    return [
      {
        level,
        key: `operation ${row.id}`,
        content: [link(href("operations", row.id), row.id), `: ${text}.`],
      },
    ];
  });
}
