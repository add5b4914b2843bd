// The small parts that views are made of.

import { h } from "./dom.js";
import { words } from "./format.js";

/** @typedef {"fine" | "note" | "warn" | "bad"} Level */
/** @typedef {import("./dom.js").Child} Child */

/** @type {Record<Level, string>} */
const SPOKEN = { fine: "", note: "note: ", warn: "warning: ", bad: "problem: " };

const SHAPES = {
  fine: "M8 3.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 0 0 0-9.6z",
  note: "M8 3.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 0 0 0-9.6z",
  warn: "M8 2.2 14.4 13.4H1.6z",
  bad: "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z",
};

/**
 * The sign of a level: a shape of its own, a colour, and a word for those who see neither.
 *
 * @param {Level} level
 */
export function sign(level) {
  return [
    h(
      "svg",
      { class: `sign ${level}`, viewBox: "0 0 16 16", "aria-hidden": "true" },
      h("path", { d: SHAPES[level], class: "sign-shape" }),
      level === "warn" || level === "bad"
        ? h("path", {
            class: "sign-mark",
            d: level === "warn" ? "M8 6.2v3.4M8 11.1v.9" : "M8 4.6v4.2M8 10.6v1",
          })
        : null,
    ),
    SPOKEN[level] ? h("span", { class: "unseen" }, SPOKEN[level]) : null,
  ];
}

/**
 * A word with its sign; without one where nothing is wrong.
 *
 * @param {Level} level
 * @param {...Child} content
 */
export function badge(level, ...content) {
  return h("span", { class: `badge ${level}` }, level === "fine" ? null : sign(level), ...content);
}

/** @type {Record<string, Level>} */
const BREAKER_LEVELS = {
  closed: "fine",
  half_open: "warn",
  open: "bad",
  forced_open: "bad",
  disabled: "note",
  metrics_only: "note",
};

/** @param {string | null | undefined} state */
export function breakerLevel(state) {
  return BREAKER_LEVELS[state ?? "closed"] ?? "note";
}

/** @param {string} state */
export function breakerBadge(state) {
  return badge(breakerLevel(state), words(state));
}

/**
 * A part of a view under a heading.
 *
 * @param {string} title
 * @param {{ class?: string, aside?: Child, id?: string }} options `aside` stands beside the heading
 * @param {...Child} content
 */
export function panel(title, options, ...content) {
  return h(
    "section",
    { class: `panel ${options.class ?? ""}`, id: options.id, "aria-label": title },
    h(
      "div",
      { class: "panel-head" },
      h("h2", null, title),
      options.aside ? h("div", { class: "panel-aside" }, options.aside) : null,
    ),
    ...content,
  );
}

/**
 * The figures at the top of a view.
 *
 * @param {{ label: string, value: Child, note?: Child, level?: Level, hint?: string }[]} figures
 */
export function tiles(figures) {
  return h(
    "dl",
    { class: "tiles" },
    figures.map(({ label, value, note, level, hint }) =>
      h(
        "div",
        { class: `tile ${level ?? "fine"}`, title: hint },
        h("dt", null, label),
        h(
          "dd",
          null,
          h("span", { class: "figure" }, level && level !== "fine" ? sign(level) : null, value),
          note ? h("span", { class: "tile-note" }, note) : null,
        ),
      ),
    ),
  );
}

/**
 * What stands where nothing is yet, and how something comes there.
 *
 * @param {string} title
 * @param {...Child} hint
 */
export function empty(title, ...hint) {
  return h(
    "div",
    { class: "empty" },
    h("p", { class: "empty-title" }, title),
    hint.length ? h("p", null, ...hint) : null,
  );
}

/** @param {any} error */
export function failure(error) {
  return h(
    "div",
    { class: "failure", role: "alert" },
    sign("bad"),
    h(
      "div",
      null,
      h("p", null, error.message),
      error.remedy ? h("p", { class: "muted" }, error.remedy) : null,
    ),
  );
}

/**
 * What a view shows of an answer: the answer, else why there is none.
 *
 * @param {import("./resource.js").Resource} resource
 * @param {(data: any) => Child} draw
 */
export function answered(resource, draw) {
  const { data, error } = resource;
  return [
    error ? failure(error) : null,
    data === null ? (error ? null : h("p", { class: "loading" }, "Loading…")) : draw(data),
  ];
}

/**
 * @param {string} href
 * @param {...Child} content
 */
export function link(href, ...content) {
  return h("a", { href }, ...content);
}

/**
 * @param {string} label
 * @param {() => void} onclick
 * @param {Record<string, any>} [props]
 */
export function button(label, onclick, props) {
  return h("button", { type: "button", onclick, ...props }, label);
}

/**
 * Copies a text that people carry elsewhere, e.g. a trace's id.
 *
 * @param {string} text
 * @param {string} what
 */
export function copier(text, what) {
  /** @param {MouseEvent} event */
  const onclick = async (event) => {
    const target = /** @type {HTMLElement} */ (event.currentTarget);
    const hasCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    target.textContent = hasCopied ? "Copied" : "Not allowed";
    setTimeout(() => (target.textContent = "Copy"), 1500);
  };
  return h("button", { type: "button", class: "quiet small", onclick, "aria-label": `Copy ${what}` }, "Copy");
}

/**
 * Names with their values, in pairs.
 *
 * @param {[Child, Child][]} pairs
 * @param {string} [className]
 */
export function facts(pairs, className) {
  return h(
    "dl",
    { class: `facts ${className ?? ""}` },
    pairs.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
  );
}

/**
 * A choice among few, each a button; the pressed one is it.
 *
 * @param {string} label
 * @param {[string, string][]} choices value and text
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
export function choice(label, choices, chosen, choose) {
  return h(
    "div",
    { class: "choice", role: "group", "aria-label": label },
    choices.map(([value, text]) =>
      h(
        "button",
        {
          type: "button",
          key: value,
          "aria-pressed": String(value === chosen),
          onclick: () => choose(value),
        },
        text,
      ),
    ),
  );
}

/**
 * @param {string} label
 * @param {string} value
 * @param {(value: string) => void} changed
 */
export function search(label, value, changed) {
  return h(
    "label",
    { class: "search" },
    h("span", { class: "unseen" }, label),
    h(
      "svg",
      { viewBox: "0 0 16 16", "aria-hidden": "true" },
      h("path", { d: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9zM10.4 10.4 14 14", class: "stroke" }),
    ),
    h("input", {
      type: "search",
      placeholder: label,
      value,
      spellcheck: "false",
      autocomplete: "off",
      "data-search": "",
      "aria-keyshortcuts": "/",
      oninput: (/** @type {any} */ event) => changed(event.target.value),
    }),
    h("kbd", { "aria-hidden": "true" }, "/"),
  );
}
