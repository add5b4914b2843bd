// What goes wrong with an operation: by type, and the last ones one by one.

import { ago, clock, count, percent } from "./format.js";
import { button, empty, link, panel } from "./parts.js";
import { h } from "./dom.js";
import { href } from "./routes.js";
import { sorted, table } from "./table.js";

/** @param {any} data */
export function errorTypes(data) {
  const types = Object.entries(data.errors ?? {}).filter(([, total]) => total > 0);
  const all = types.reduce((sum, [, total]) => sum + total, 0);
  /** @type {import("./table.js").Column<[string, number]>[]} */
  const columns = [
    {
      key: "type",
      label: "Type",
      isName: true,
      class: "name-column",
      value: (item) => item[0],
      cell: ([type]) => h("code", null, type),
    },
    {
      key: "share",
      label: "Share",
      class: "share-column",
      cell: ([, total]) =>
        h(
          "svg",
          { class: "share", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
          h("rect", { width: ((total / all) * 100).toFixed(1), height: 6 }),
        ),
    },
    {
      key: "percent",
      label: h("span", { class: "unseen" }, "Share in percent"),
      class: "number",
      cell: ([, total]) => percent(total / all),
    },
    {
      key: "total",
      label: "Since start",
      class: "number",
      value: (item) => item[1],
      cell: ([, total]) => count(total),
    },
  ];
  return panel(
    "Errors by type",
    {},
    all
      ? table({
          caption: "Errors by type",
          columns,
          items: sorted(types, columns, { key: "total", isDescending: true }),
          key: ([type]) => type,
        })
      : empty(
          "No call has failed.",
          "Errors stand here by the type that ",
          h("code", null, "ErrorType"),
          " gives them.",
        ),
  );
}

/**
 * @param {any} data
 * @param {number} now
 * @param {Function} record
 */
export function recentErrors(data, now, record) {
  const columns = [
    {
      key: "at",
      label: "When",
      class: "time",
      cell: (error) => h("time", { title: clock(error.at) }, ago(error.at, now)),
    },
    {
      key: "trace",
      label: "Trace",
      class: "narrow",
      cell: (error) =>
        error.trace_id
          ? link(href("traces", error.trace_id), "Waterfall")
          : h("span", { class: "muted" }, "not kept"),
    },
    {
      key: "type",
      label: "Type",
      class: "narrow",
      isName: true,
      cell: (error) => h("code", null, error.error_type),
    },
    {
      key: "message",
      label: "Message",
      class: "message-column",
      cell: (error) => error.message ?? h("span", { class: "muted" }, "not kept"),
    },
  ];
  const left = data.recording?.errors_left ?? 0;
  const aside =
    left > 0
      ? [
          h(
            "span",
            { class: "recording", role: "status" },
            `keeps the next ${left > 1 ? `${left} errors` : "error"}`,
          ),
          button("Stop", () => record("DELETE", undefined, "Recording has ended.")),
        ]
      : button("Keep the next error", () =>
          record("POST", { errors: 1 }, "The next error's trace will be kept, whatever the ratio."),
        );
  const errors = data.recent_errors ?? [];
  return panel(
    "Recent errors",
    { aside, id: "errors" },
    errors.length
      ? table({
          caption: "Recent errors",
          isShort: true,
          columns,
          items: errors,
          key: (error) => `${error.at} ${error.trace_id}`,
        })
      : empty("No error lately.", "An error whose call was sampled leads to its waterfall from here."),
  );
}
