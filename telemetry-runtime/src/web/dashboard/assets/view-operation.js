// One operation: how long it takes, what goes wrong, and what to look at next.

import { answered, badge, breakerBadge, button, copier, empty, facts, link, panel, tiles } from "./parts.js";
import { count, duration, percent, rate } from "./format.js";
import { burnLevel, errorLevel } from "./judge.js";
import { doing } from "./dialog.js";
import { errorTypes, recentErrors } from "./operation-errors.js";
import { h } from "./dom.js";
import { heatmap } from "./heatmap.js";
import { histogram } from "./histogram.js";
import { href } from "./routes.js";
import { order } from "./api.js";
import { Resource } from "./resource.js";
import { traceTable } from "./trace-table.js";

const EVERY = 2000;
/** As many calls are recorded at a time. */
const CALLS = 20;

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function operation({ store, route, redraw }) {
  const id = String(route.id);
  const path = `operations/${encodeURIComponent(id)}`;
  const detail = new Resource(redraw, EVERY);
  detail.load(path);
  /**
   * @param {"POST" | "DELETE"} method
   * @param {object | undefined} body
   * @param {string} done
   */
  const record = async (method, body, done) => {
    await doing(() => order(`${path}/record`, method, body), done);
    detail.reload();
  };
  return {
    title: id,
    up: "#/",
    close: () => detail.close(),
    draw: () => [heading(id, detail.data), answered(detail, (data) => view(data, store.now(), record))],
  };
}

/**
 * @param {string} id
 * @param {any} data
 */
function heading(id, data) {
  const [provider, name] = data ? [data.provider, data.operation] : ["", id];
  const source = data?.file ? `${data.file}:${data.line}` : null;
  return h(
    "div",
    { class: "heading" },
    h(
      "p",
      { class: "crumbs" },
      link("#/", "Overview"),
      provider ? [" / ", link(href("", null, { q: `${provider}.` }), provider)] : null,
    ),
    h("h1", null, name),
    data
      ? h(
          "p",
          { class: "sub" },
          h("span", { class: "tag" }, data.kind),
          data.function ? h("code", { class: "function" }, data.function) : null,
          source ? [h("code", { class: "source" }, source), copier(source, "the source location")] : null,
        )
      : null,
  );
}

/**
 * @param {any} data
 * @param {number} now
 * @param {Function} record
 */
function view(data, now, record) {
  return [
    figures(data),
    h("div", { class: "columns" }, histogram(data), heatmap(data)),
    h("div", { class: "columns" }, errorTypes(data), objectiveAndBreaker(data)),
    recentErrors(data, now, record),
    slowest(data, now, record),
  ];
}

/** @param {any} data */
function figures(data) {
  const others = [
    ["rejected", data.rejected],
    ["cancelled", data.cancelled],
    ["panicked", data.panicked],
  ].filter(([, total]) => total > 0);
  return tiles([
    { label: "Calls a second", value: rate(data.rate) },
    { label: "Success", value: percent(data.success_rate), level: errorLevel(data.error_rate, data.rate) },
    { label: "p50", value: duration(data.p50) },
    { label: "p95", value: duration(data.p95) },
    { label: "p99", value: duration(data.p99) },
    { label: "Active now", value: count(data.active) },
    {
      label: "Calls since start",
      value: count(data.calls),
      note: others.map(([what, total]) => `${count(total)} ${what}`).join(", "),
    },
  ]);
}

/** @param {any} data */
function objectiveAndBreaker(data) {
  const { slo } = data;
  const level = burnLevel(slo);
  /** @type {[any, any][]} */
  const pairs = slo
    ? [
        ["Objective", `${slo.target} % within ${duration(slo.latency)}`],
        [
          "Budget burns",
          badge(
            level,
            `${slo.burn_5m?.toFixed(2) ?? "–"}× over 5 min, ${slo.burn_1h?.toFixed(2) ?? "–"}× over 1 h`,
          ),
        ],
      ]
    : [
        [
          "Objective",
          h(
            "span",
            { class: "muted" },
            "none; set one by ",
            h("code", null, 'slo(latency = "100ms", target = 99.0)'),
          ),
        ],
      ];
  pairs.push([
    "Breaker",
    data.breaker
      ? [
          link(href("breakers", null, { name: data.breaker }), data.breaker),
          " ",
          breakerBadge(data.breaker_state),
        ]
      : h("span", { class: "muted" }, "none; set one by ", h("code", null, "breaker")),
  ]);
  pairs.push(["Slow from", duration(data.slow_threshold)]);
  return panel("Objective and breaker", {}, facts(pairs));
}

/**
 * @param {any} data
 * @param {number} now
 * @param {Function} record
 */
function slowest(data, now, record) {
  const left = data.recording?.calls_left ?? 0;
  const aside =
    left > 0
      ? [
          h(
            "span",
            { class: "recording", role: "status" },
            `records ${left} more ${left === 1 ? "call" : "calls"}`,
          ),
          button("Stop", () => record("DELETE", undefined, "Recording has ended.")),
        ]
      : button(`Record the next ${CALLS}`, () =>
          record("POST", { calls: CALLS }, `The next ${CALLS} calls will be recorded, whatever the ratio.`),
        );
  const traces = [...(data.slowest ?? [])].sort((a, b) => b.duration - a.duration);
  return panel(
    "Slowest traces",
    { aside: [link(href("traces", null, { operation: data.id }), "All traces"), aside] },
    traces.length
      ? traceTable("Slowest traces", traces, now, true)
      : empty(
          "No trace of it is kept.",
          "Only sampled calls leave one. Record the next calls, or raise the ratio in the ",
          link("#/settings", "settings"),
          ".",
        ),
  );
}
