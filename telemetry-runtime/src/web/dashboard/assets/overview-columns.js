// The columns of the overview's table.

import { badge, breakerBadge, breakerLevel, link, sign } from "./parts.js";
import { ABSENT, count, duration, percent, rate } from "./format.js";
import { burnLevel, errorLevel, rowLevel } from "./judge.js";
import { h } from "./dom.js";
import { href } from "./routes.js";
import { spark } from "./spark.js";

/** @typedef {import("./types.js").Row} Row */

/** By name: an order that holds still. */
export const DEFAULT_ORDER = "name.up";

/** So many types of errors are named in a row; the operation's own view names all. */
const NAMED = 2;

/** @param {Row} row */
function name(row) {
  const level = rowLevel(row);
  const isNoted = row.breaker && breakerLevel(row.breaker_state) !== "fine";
  return h(
    "div",
    { class: "name" },
    link(
      href("operations", row.id),
      h("span", { class: "provider" }, row.provider, "."),
      h("span", { class: "operation" }, row.operation),
    ),
    isNoted ? breakerBadge(row.breaker_state ?? "") : level === "fine" ? null : sign(level),
  );
}

/** @param {Row} row */
function success(row) {
  const level = errorLevel(row.error_rate, row.rate);
  return level === "fine" ? percent(row.success_rate) : badge(level, percent(row.success_rate));
}

/** @param {Row} row */
function errors(row) {
  const types = Object.entries(row.errors ?? {})
    .filter(([, total]) => total > 0)
    .sort(([, a], [, b]) => b - a);
  const others = [
    ["rejected", row.rejected],
    ["cancelled", row.cancelled],
    ["panicked", row.panicked],
  ].filter(([, total]) => Number(total) > 0);
  const all = [...types, ...others];
  if (!all.length) return h("span", { class: "muted" }, ABSENT);
  const rest = all.length - NAMED;
  const title = all.map(([type, total]) => `${type}: ${total}`).join("\n");
  return h(
    "span",
    { class: "errors", title },
    all
      .slice(0, NAMED)
      .map(([type, total]) =>
        h(
          "span",
          { class: "error-type" },
          h("span", { class: "error-name" }, type),
          " ",
          h("b", null, count(Number(total))),
        ),
      ),
    rest > 0 ? h("span", { class: "muted" }, `+${rest}`) : null,
  );
}

/** @param {Row} row */
function total(row) {
  return (
    Object.values(row.errors ?? {}).reduce((sum, each) => sum + each, 0) +
    (row.rejected ?? 0) +
    (row.panicked ?? 0)
  );
}

/** @param {Row} row */
function objective(row) {
  if (!row.slo) return h("span", { class: "muted" }, ABSENT);
  const level = burnLevel(row.slo);
  const burn = row.slo.burn_1h;
  const title = `${row.slo.target} % of the calls within ${duration(row.slo.latency)}; budget burnt at ${(row.slo.burn_5m ?? 0).toFixed(2)} times (5 min) and ${(burn ?? 0).toFixed(2)} times (1 h) the rate that it lasts for`;
  const text = burn === null || burn === undefined ? ABSENT : `${burn.toFixed(1)}×`;
  return h("span", { title }, level === "fine" ? text : badge(level, text));
}

/** @type {import("./table.js").Column<Row>[]} */
export const columns = [
  { key: "name", label: "Operation", isName: true, class: "name-column", value: (row) => row.id, cell: name },
  {
    key: "rate",
    label: "Calls/s",
    class: "number",
    hint: "Calls a second, over the last minute",
    value: (row) => row.rate,
    cell: (row) => rate(row.rate),
  },
  {
    key: "spark",
    label: "2 min",
    class: "spark-column",
    hint: "Calls a second in the last two minutes",
    cell: (row) => spark(row.spark),
  },
  {
    key: "success",
    label: "Success",
    class: "number",
    hint: "Of the calls of the last minute",
    value: (row) => row.success_rate,
    cell: success,
  },
  {
    key: "p50",
    label: "p50",
    class: "number wide",
    value: (row) => row.p50,
    cell: (row) => duration(row.p50),
  },
  { key: "p95", label: "p95", class: "number", value: (row) => row.p95, cell: (row) => duration(row.p95) },
  {
    key: "p99",
    label: "p99",
    class: "number wide",
    value: (row) => row.p99,
    cell: (row) => duration(row.p99),
  },
  {
    key: "active",
    label: "Active",
    class: "number wide",
    hint: "Calls that run now",
    value: (row) => row.active,
    cell: (row) => count(row.active),
  },
  {
    key: "slo",
    label: "Burn",
    class: "number wide",
    hint: "How many times too fast the error budget of the objective is used up, over an hour",
    value: (row) => row.slo?.burn_1h,
    cell: objective,
  },
  {
    key: "errors",
    label: "Did not succeed",
    class: "errors-column wide",
    hint: "Since the start, by type",
    value: total,
    cell: errors,
  },
];
