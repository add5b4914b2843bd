// Traces as rows, each leading to its waterfall.

import { ago, count, duration, moment } from "./format.js";
import { badge, link } from "./parts.js";
import { h } from "./dom.js";
import { href } from "./routes.js";
import { table } from "./table.js";

/** @typedef {import("./types.js").TraceSummary} TraceSummary */

/**
 * @param {string} caption
 * @param {TraceSummary[]} traces
 * @param {number} now
 * @param {boolean} [isShort]
 */
export function traceTable(caption, traces, now, isShort) {
  const longest = Math.max(...traces.map((trace) => trace.duration), 0);
  /** @type {import("./table.js").Column<TraceSummary>[]} */
  const columns = [
    {
      key: "root",
      label: "Trace",
      isName: true,
      class: "name-column",
      cell: (trace) =>
        h(
          "div",
          { class: "name" },
          link(href("traces", trace.trace_id), h("span", { class: "operation" }, trace.root || "unnamed")),
          h("code", { class: "id wide-only" }, trace.trace_id.slice(0, 8)),
        ),
    },
    { key: "duration", label: "Took", class: "number", cell: (trace) => duration(trace.duration) },
    {
      key: "bar",
      label: h("span", { class: "unseen" }, "Compared"),
      class: "share-column wide",
      cell: (trace) =>
        h(
          "svg",
          { class: "share", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
          h("rect", { width: longest ? ((trace.duration / longest) * 100).toFixed(1) : 0, height: 6 }),
        ),
    },
    {
      key: "status",
      label: "Outcome",
      cell: (trace) =>
        trace.status === "error" || trace.errors > 0
          ? badge(
              trace.status === "error" ? "bad" : "note",
              trace.status === "error" ? "error" : `${count(trace.errors)} inside`,
            )
          : h("span", { class: "muted" }, "ok"),
    },
    { key: "spans", label: "Spans", class: "number wide", cell: (trace) => count(trace.spans) },
    {
      key: "at",
      label: "When",
      class: "time",
      cell: (trace) => h("time", { title: moment(trace.started_at) }, ago(trace.started_at, now)),
    },
  ];
  return table({ caption, columns, items: traces, key: (trace) => trace.trace_id, isShort });
}
