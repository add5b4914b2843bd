// One trace: its spans against time, and all that the chosen span says.

import { answered, badge, copier, empty, link, panel, tiles } from "./parts.js";
import { count, duration, moment } from "./format.js";
import { amend } from "./routes.js";
import { h } from "./dom.js";
import { lines } from "./span-tree.js";
import { logTable, spanDetail } from "./span-detail.js";
import { Resource } from "./resource.js";
import { waterfall } from "./waterfall.js";

/** Until it is complete, in milliseconds. */
const EVERY = 2000;

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function trace({ route, redraw }) {
  const id = String(route.id);
  const shown = { span: route.query.get("span"), folded: new Set(), isWhole: false };
  const found = new Resource(() => {
    if (found.data?.complete) found.every = undefined;
    redraw();
  }, EVERY);
  found.load(`traces/${encodeURIComponent(id)}`);
  const on = {
    select(/** @type {string} */ span) {
      shown.span = span;
      amend(route, { span });
      redraw();
      // After the row has become the one that takes the focus.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const row = [...document.querySelectorAll("[data-span]")].find(
            (each) => /** @type {HTMLElement} */ (each).dataset.span === span,
          );
          /** @type {HTMLElement | undefined} */ (row)?.focus();
        }),
      );
    },
    fold(/** @type {string} */ span) {
      if (!shown.folded.delete(span)) shown.folded.add(span);
      redraw();
    },
    unfold() {
      shown.isWhole = true;
      redraw();
    },
  };
  return {
    title: `Trace ${id.slice(0, 8)}`,
    up: "#/traces",
    close: () => found.close(),
    draw: () => draw(id, found, shown, on),
  };
}

/**
 * @param {string} id
 * @param {Resource} found
 * @param {any} shown
 * @param {any} on
 */
function draw(id, found, shown, on) {
  if (/** @type {any} */ (found.error)?.status === 404) return [heading(id, null), gone()];
  return [
    heading(id, found.data),
    answered(found, (data) => (data.spans?.length ? view(data, shown, on) : gone())),
  ];
}

function gone() {
  return panel(
    "Not kept",
    {},
    empty(
      "This trace is not in memory.",
      "It was pushed out by newer ones, was not sampled, or belongs to an earlier run of the service. ",
      link("#/traces", "See the kept ones"),
      ".",
    ),
  );
}

/**
 * @param {string} id
 * @param {any} data
 */
function heading(id, data) {
  const root = data?.spans && lines(data.spans, new Set())[0]?.span;
  return h(
    "div",
    { class: "heading" },
    h("p", { class: "crumbs" }, link("#/traces", "Traces")),
    h("h1", null, root?.name ?? "Trace"),
    h(
      "p",
      { class: "sub" },
      h("code", { class: "id" }, id),
      copier(id, "the trace id"),
      data ? h("span", { class: "muted" }, moment(data.started_at)) : null,
    ),
  );
}

/**
 * The span that a reader wants to see first: what failed and says why, else what failed, else the root.
 *
 * @param {import("./span-tree.js").Line[]} all
 */
function telling(all) {
  const failed = all.map(({ span }) => span).filter(({ status }) => status === "error");
  return (
    failed.find(({ events }) => events?.some(({ name }) => name === "exception")) ??
    failed.at(-1) ??
    all[0].span
  );
}

/**
 * @param {import("./types.js").Trace} data
 * @param {any} shown
 * @param {any} on
 */
function view(data, shown, on) {
  const all = lines(data.spans, shown.folded);
  const isKnown = data.spans.some((span) => span.span_id === shown.span);
  const selected = isKnown ? shown.span : telling(all).span_id;
  const span = /** @type {import("./types.js").Span} */ (
    data.spans.find((each) => each.span_id === selected)
  );
  const errors = data.spans.filter(({ status }) => status === "error").length;
  const open = (/** @type {string} */ log) => on.select(log);
  return [
    tiles([
      { label: "Took", value: duration(data.duration) },
      { label: "Spans", value: count(data.spans.length) },
      { label: "Errors", value: count(errors), level: errors ? "bad" : "fine" },
      { label: "Logs", value: count(data.logs?.length ?? 0) },
    ]),
    data.complete === false
      ? h(
          "p",
          { class: "strip" },
          badge("note", "Parts of it are not here: it still runs, or they were not kept."),
        )
      : null,
    h(
      "div",
      { class: "trace-columns" },
      panel("Waterfall", {}, waterfall(data, all, { ...on, selected, isWhole: shown.isWhole })),
      spanDetail(span, data),
    ),
    data.logs?.length ? panel("Logs", {}, logTable(data.logs, data, open)) : null,
  ];
}
