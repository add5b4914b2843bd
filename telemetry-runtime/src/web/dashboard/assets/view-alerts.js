// Alert rules, what they found, and who was told.

import { ago, clock, count, digits, duration, words } from "./format.js";
import { answered, badge, breakerBadge, empty, panel } from "./parts.js";
import { h } from "./dom.js";
import { Resource } from "./resource.js";
import { sorted, table } from "./table.js";

const EVERY = 3000;

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function alerts({ store, redraw }) {
  const found = new Resource(redraw, EVERY);
  found.load("alerts");
  return {
    title: "Alerts",
    close: () => found.close(),
    draw: () => [h("h1", { class: "unseen" }, "Alerts"), answered(found, (data) => view(data, store.now()))],
  };
}

/**
 * @param {any} data
 * @param {number} now
 */
function view(data, now) {
  if (!data.enabled) {
    return panel(
      "Alerts",
      {},
      empty(
        "Alerts are switched off.",
        "Switch them on by ",
        h("code", null, "alerts.enabled: true"),
        " in settings.yaml, and give them rules and handlers: email, Slack, a webhook, Alertmanager or the log.",
      ),
    );
  }
  return [
    rules(data.rules ?? [], now),
    h("div", { class: "columns" }, past(data.history ?? [], now), handlers(data.handlers ?? [])),
  ];
}

const STATES = { firing: 0, pending: 1, inactive: 2 };

/** @param {any} rule */
function state(rule) {
  if (rule.state === "firing") return badge(rule.severity === "critical" ? "bad" : "warn", "firing");
  return rule.state === "pending" ? badge("note", "pending") : h("span", { class: "muted" }, rule.state);
}

/**
 * @param {any[]} all
 * @param {number} now
 */
function rules(all, now) {
  const columns = [
    { key: "state", label: "State", value: (rule) => STATES[rule.state] ?? 3, cell: state },
    {
      key: "name",
      label: "Rule",
      isName: true,
      class: "name-column",
      cell: (rule) => [rule.name, rule.message ? h("p", { class: "muted long" }, rule.message) : null],
    },
    { key: "severity", label: "Severity", cell: (rule) => rule.severity },
    {
      key: "expression",
      label: "Expression",
      class: "wide",
      cell: (rule) => h("code", null, rule.expression),
    },
    {
      key: "value",
      label: "Value",
      class: "number",
      cell: (rule) => (rule.value === null || rule.value === undefined ? "–" : digits(rule.value)),
    },
    {
      key: "threshold",
      label: "Threshold",
      class: "number wide",
      cell: (rule) =>
        rule.threshold === null || rule.threshold === undefined ? "–" : digits(rule.threshold),
    },
    {
      key: "since",
      label: "Since",
      class: "time",
      cell: (rule) =>
        rule.since && rule.state !== "inactive"
          ? h("time", { title: clock(rule.since) }, `${duration(Math.max(0, now - rule.since))}`)
          : "–",
    },
  ];
  return panel(
    "Rules",
    {},
    all.length
      ? table({
          caption: "Alert rules",
          columns,
          items: sorted(all, columns, { key: "state", isDescending: false }),
          key: (rule) => rule.name,
        })
      : empty(
          "There is no rule.",
          "Rules stand under ",
          h("code", null, "alerts.rules"),
          " in settings.yaml.",
        ),
  );
}

/**
 * @param {any[]} all
 * @param {number} now
 */
function past(all, now) {
  const columns = [
    {
      key: "at",
      label: "When",
      class: "time",
      cell: (event) => h("time", { title: clock(event.at) }, ago(event.at, now)),
    },
    { key: "event", label: "Event", cell: (event) => words(event.event) },
    { key: "name", label: "Rule", isName: true, class: "name-column", cell: (event) => event.name },
    { key: "severity", label: "Severity", class: "wide", cell: (event) => event.severity },
    {
      key: "value",
      label: "Value",
      class: "number",
      cell: (event) => (event.value === null || event.value === undefined ? "–" : digits(event.value)),
    },
  ];
  const latest = [...all].sort((a, b) => b.at - a.at);
  return panel(
    "History",
    {},
    latest.length
      ? table({
          caption: "History of alerts",
          columns,
          items: latest,
          key: (event) => `${event.at} ${event.name} ${event.event}`,
        })
      : empty("No alert has fired since the start."),
  );
}

/** @param {any[]} all */
function handlers(all) {
  const columns = [
    { key: "name", label: "Handler", isName: true, class: "name-column", cell: (handler) => handler.name },
    { key: "delivered", label: "Delivered", class: "number", cell: (handler) => count(handler.delivered) },
    {
      key: "lost",
      label: "Lost",
      class: "number",
      cell: (handler) => (handler.lost ? badge("warn", count(handler.lost)) : count(handler.lost)),
    },
    {
      key: "breaker",
      label: "Breaker",
      cell: (handler) => (handler.breaker ? breakerBadge(handler.breaker) : "–"),
    },
  ];
  return panel(
    "Handlers",
    {},
    all.length
      ? table({ caption: "Handlers of alerts", columns, items: all, key: (handler) => handler.name })
      : empty("Nobody is told.", "Handlers stand under ", h("code", null, "alerts.handlers"), "."),
  );
}
