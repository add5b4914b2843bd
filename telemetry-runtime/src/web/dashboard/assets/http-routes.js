// What the service is asked for.

import { count, duration, rate } from "./format.js";
import { empty, panel } from "./parts.js";
import { h } from "./dom.js";
import { sorted, table } from "./table.js";

/** @typedef {import("./types.js").HttpRoute} HttpRoute */

/** @type {import("./table.js").Column<HttpRoute>[]} */
const columns = [
  {
    key: "path",
    label: "Route",
    isName: true,
    class: "name-column",
    value: (route) => route.path,
    cell: (route) =>
      h(
        "div",
        { class: "name" },
        h("span", { class: "method" }, route.method),
        " ",
        h("span", { class: "path" }, route.path),
      ),
  },
  {
    key: "rate",
    label: "Requests/s",
    class: "number",
    value: (route) => route.rate,
    cell: (route) => rate(route.rate),
  },
  { key: "p50", label: "p50", class: "number wide", cell: (route) => duration(route.p50) },
  { key: "p95", label: "p95", class: "number", cell: (route) => duration(route.p95) },
  { key: "p99", label: "p99", class: "number wide", cell: (route) => duration(route.p99) },
  { key: "active", label: "Active", class: "number wide", cell: (route) => count(route.active) },
  {
    key: "errors",
    label: "5xx",
    class: "number",
    hint: "Answers 5xx since the start",
    cell: (route) => count(route.errors),
  },
];

/** @param {import("./types.js").Overview} overview */
export function httpRoutes({ http }) {
  const routes = sorted(http ?? [], columns, { key: "path", isDescending: false });
  return panel(
    "HTTP routes",
    {},
    routes.length
      ? table({
          caption: "HTTP routes",
          columns,
          items: routes,
          key: (route) => `${route.method} ${route.path}`,
        })
      : empty(
          "No request has come yet.",
          "Requests are counted by the route's template, not by the address that was asked for.",
        ),
  );
}
