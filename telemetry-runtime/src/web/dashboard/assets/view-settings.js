// Settings as they are in force, where each comes from, and the two that can be changed while the service runs.

import { answered, choice, empty, panel, search } from "./parts.js";
import { confirmed, doing } from "./dialog.js";
import { h } from "./dom.js";
import { order } from "./api.js";
import { percent } from "./format.js";
import { Resource } from "./resource.js";
import { table } from "./table.js";

const LEVELS = ["off", "error", "warn", "info", "debug", "trace"];

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function settings({ route, redraw }) {
  const found = new Resource(redraw);
  found.load("settings");
  /** @type {{ text: string, ratio: string | null, only: "set" | "all" }} */
  const shown = { text: route.query.get("q") ?? "", ratio: null, only: "set" };
  const change = (/** @type {Partial<typeof shown>} */ changes) => {
    Object.assign(shown, changes);
    redraw();
  };
  const send = async (/** @type {object} */ body, /** @type {string} */ done) => {
    await doing(() => order("settings", "POST", body), done);
    shown.ratio = null;
    found.reload();
  };
  return {
    title: "Settings",
    close: () => found.close(),
    draw: () => [
      h("h1", { class: "unseen" }, "Settings"),
      answered(found, (data) => view(data, shown, change, send)),
    ],
  };
}

/**
 * @param {any} data
 * @param {any} shown
 * @param {(changes: any) => void} change
 * @param {Function} send
 */
function view({ settings: all, live }, shown, change, send) {
  return [
    live
      ? panel(
          "While it runs",
          {},
          h("p", { class: "muted" }, "These hold until the settings change, or the service is started anew."),
          h("div", { class: "levers" }, ratio(live, shown, change, send), level(live, send)),
        )
      : null,
    values(all ?? [], shown, change),
  ];
}

/**
 * @param {any} live
 * @param {any} shown
 * @param {(changes: any) => void} change
 * @param {Function} send
 */
function ratio(live, shown, change, send) {
  if (live.sampling_ratio === null || live.sampling_ratio === undefined) return null;
  const value = shown.ratio ?? String(live.sampling_ratio * 100);
  const share = Number(value) / 100;
  const isGood = value.trim() !== "" && share >= 0 && share <= 1;
  const isNew = isGood && share !== live.sampling_ratio;
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isNew) send({ sampling_ratio: share }, `${percent(share)} of the traces are sampled from now on.`);
  };
  return h(
    "form",
    { class: "field", onsubmit },
    h("label", { for: "ratio" }, "Traces that are sampled, in percent"),
    h(
      "div",
      { class: "field-row" },
      h("input", {
        id: "ratio",
        type: "number",
        min: "0",
        max: "100",
        step: "any",
        value,
        inputmode: "decimal",
        "aria-invalid": isGood ? undefined : "true",
        "aria-describedby": "ratio-hint",
        oninput: (/** @type {any} */ event) => change({ ratio: event.target.value }),
      }),
      h("button", { class: "main", disabled: !isNew }, "Apply"),
    ),
    h(
      "p",
      { id: "ratio-hint", class: isGood ? "muted" : "wrong" },
      isGood ? "Metrics count every call, whatever the ratio." : "Write a number from 0 to 100.",
    ),
  );
}

/**
 * @param {any} live
 * @param {Function} send
 */
function level({ log_level: current }, send) {
  if (!current) return null;
  const levels = LEVELS.includes(current) ? LEVELS : [current, ...LEVELS];
  const onchange = async (/** @type {any} */ event) => {
    const wanted = event.target.value;
    const isSure =
      !["debug", "trace"].includes(wanted) ||
      (await confirmed({
        title: `Log level ${wanted}`,
        text: "Logs may become very many, and the service slower for it.",
        action: `Log at ${wanted}`,
      }));
    if (isSure) await send({ log_level: wanted }, `Logs are written from ${wanted} on.`);
    else event.target.value = current;
  };
  return h(
    "div",
    { class: "field" },
    h("label", { for: "level" }, "Log level"),
    h(
      "div",
      { class: "field-row" },
      h(
        "select",
        { id: "level", value: current, onchange, "aria-describedby": "level-hint" },
        levels.map((each) => h("option", { key: each, value: each }, each)),
      ),
    ),
    h(
      "p",
      { id: "level-hint", class: "muted" },
      "Holds at once, for all targets that have no level of their own.",
    ),
  );
}

/**
 * @param {any[]} all
 * @param {any} shown
 * @param {(changes: any) => void} change
 */
function values(all, shown, change) {
  const text = shown.text.trim().toLowerCase();
  const isWanted = (/** @type {any} */ each) =>
    (!text || `${each.key} ${each.value} ${each.source}`.toLowerCase().includes(text)) &&
    (shown.only === "all" || text || each.source !== "default");
  const items = all.filter(isWanted);
  const columns = [
    {
      key: "key",
      label: "Key",
      isName: true,
      class: "name-column",
      cell: (each) => h("code", null, each.key),
    },
    {
      key: "value",
      label: "Value",
      class: "message-column",
      cell: (each) => h("span", { class: each.source === "default" ? "muted" : "" }, textOf(each.value)),
    },
    {
      key: "source",
      label: "From",
      cell: (each) => (each.source === "default" ? h("span", { class: "muted" }, "default") : each.source),
    },
    {
      key: "default",
      label: "Default",
      class: "wide muted",
      cell: (each) => (each.source === "default" ? null : textOf(each.default)),
    },
  ];
  const aside = [
    choice(
      "Which settings",
      [
        ["set", "Set here"],
        ["all", "All"],
      ],
      shown.only,
      (only) => change({ only }),
    ),
    search("Search settings", shown.text, (text) => change({ text })),
  ];
  return panel(
    "In force",
    { aside },
    items.length
      ? table({ caption: "Settings", columns, items, key: (each) => each.key })
      : text
        ? empty("No setting matches.")
        : empty("Every setting has its default.", "Set others in settings.yaml or by the environment."),
  );
}

/** @param {unknown} value */
function textOf(value) {
  if (value === null || value === undefined) return "not set";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
