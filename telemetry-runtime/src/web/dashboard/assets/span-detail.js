// All that a span says: attributes, events, links and logs.

import { badge, copier, empty, facts, link, panel } from "./parts.js";
import { duration, words } from "./format.js";
import { h } from "./dom.js";
import { href } from "./routes.js";
import { table } from "./table.js";

/** @typedef {import("./types.js").Span} Span */
/** @typedef {import("./types.js").Log} Log */

/**
 * @param {Span} span
 * @param {import("./types.js").Trace} trace
 */
export function spanDetail(span, trace) {
  const logs = (trace.logs ?? []).filter((log) => log.span_id === span.span_id);
  const level = span.status === "error" ? "bad" : "fine";
  return panel(
    "Span",
    { class: "span-detail" },
    h("h3", { class: "span-title" }, span.name),
    facts([
      ["Outcome", badge(level, span.status === "error" ? "error" : "ok")],
      ...(span.status_message
        ? [/** @type {[any, any]} */ (["Message", h("span", { class: "long" }, span.status_message)])]
        : []),
      ["Took", duration(span.duration)],
      ["Starts at", duration(span.started_at - trace.started_at)],
      ["Kind", words(span.kind)],
      ["Span id", [h("code", { class: "id" }, span.span_id), copier(span.span_id, "the span id")]],
      ...toOperation(span),
    ]),
    part("Attributes", span.attributes?.length, () => attributes(span.attributes)),
    part("Events", span.events?.length, () =>
      span.events.map((event, index) => eventOf(event, index, trace)),
    ),
    part("Links", span.links?.length, () =>
      span.links.map((to, index) =>
        h(
          "p",
          { key: index },
          link(
            href("traces", to.trace_id, { span: to.span_id }),
            h("code", { class: "id" }, to.trace_id.slice(0, 16), "…"),
          ),
        ),
      ),
    ),
    part("Logs", logs.length, () => logs.map((log, index) => logLine(log, index, trace))),
  );
}

/**
 * The way to the figures of what the span is one call of.
 *
 * @param {Span} span
 * @returns {[any, any][]}
 */
function toOperation(span) {
  const known = Object.fromEntries(span.attributes ?? []);
  if (typeof known.provider !== "string" || typeof known.operation !== "string") return [];
  const id = `${known.provider}.${known.operation}`;
  return [["Operation", link(href("operations", id), id)]];
}

/**
 * @param {string} title
 * @param {number | undefined} size
 * @param {() => import("./dom.js").Child} draw
 */
function part(title, size, draw) {
  return size
    ? h("section", { key: title }, h("h4", null, title, " ", h("span", { class: "muted" }, size)), draw())
    : null;
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** @param {[string, unknown][]} pairs */
function attributes(pairs) {
  return facts(
    pairs.map(([key, value]) => [key, h("span", { class: "long" }, shown(value))]),
    "attributes",
  );
}

/**
 * @param {Span["events"][number]} event
 * @param {number} index
 * @param {import("./types.js").Trace} trace
 */
function eventOf(event, index, trace) {
  return h(
    "div",
    { key: index, class: "event" },
    h(
      "p",
      null,
      h("b", null, event.name),
      " ",
      h("span", { class: "muted" }, `at ${duration(event.at - trace.started_at)}`),
    ),
    event.attributes?.length ? attributes(event.attributes) : null,
  );
}

/** @type {Record<string, "fine" | "warn" | "bad">} */
const LEVELS = { ERROR: "bad", WARN: "warn" };

/** @param {Log} log */
function levelOf(log) {
  const level = String(log.level).toUpperCase();
  return badge(LEVELS[level] ?? "fine", level.toLowerCase());
}

/**
 * @param {Log} log
 * @param {number} index
 * @param {import("./types.js").Trace} trace
 */
function logLine(log, index, trace) {
  return h(
    "div",
    { key: index, class: "event" },
    h(
      "p",
      null,
      levelOf(log),
      " ",
      h("span", { class: "muted" }, `at ${duration(log.at - trace.started_at)}`),
    ),
    h("p", { class: "long" }, log.message),
  );
}

/**
 * @param {Log[]} logs
 * @param {import("./types.js").Trace} trace
 * @param {(span: string) => void} select
 */
export function logTable(logs, trace, select) {
  const ids = new Map(trace.spans.map((span) => [span.span_id, span.name]));
  if (!logs.length) return empty("No log record belongs to this trace.");
  const items = logs.map((log, index) => ({ log, index }));
  return table({
    caption: "Logs of this trace",
    items,
    key: ({ index }) => String(index),
    columns: [
      {
        key: "at",
        label: "At",
        class: "number",
        cell: ({ log }) => duration(Math.max(0, log.at - trace.started_at)),
      },
      { key: "level", label: "Level", class: "narrow", cell: ({ log }) => levelOf(log) },
      {
        key: "message",
        label: "Message",
        isName: true,
        class: "message-column",
        cell: ({ log }) => [
          log.message,
          (log.attributes ?? []).map(([key, value]) =>
            h("span", { class: "log-field" }, h("span", { class: "muted" }, `${key}=`), shown(value)),
          ),
        ],
      },
      {
        key: "target",
        label: "Target",
        class: "narrow wide",
        cell: ({ log }) => h("code", null, log.target),
      },
      {
        key: "span",
        label: "Span",
        class: "narrow wide",
        cell: ({ log }) =>
          log.span_id && ids.has(log.span_id)
            ? h(
                "button",
                { type: "button", class: "quiet small", onclick: () => select(String(log.span_id)) },
                ids.get(log.span_id),
              )
            : null,
      },
    ],
  });
}
