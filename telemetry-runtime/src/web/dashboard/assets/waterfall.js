// Spans against time: a row a span, indented below its parent.

import { duration } from "./format.js";
import { h } from "./dom.js";
import { sign } from "./parts.js";

/** @typedef {import("./span-tree.js").Line} Line */

const TICKS = 4;
/** Deeper rows are not indented further, or nothing of them would be left. */
const DEEPEST = 14;
/** So many rows are in the page from the start; a button brings the rest. */
const FEW = 300;

/**
 * @param {import("./types.js").Trace} trace
 * @param {Line[]} all
 * @param {{ selected: string, isWhole: boolean, select: (id: string) => void, fold: (id: string) => void, unfold: () => void }} on
 */
export function waterfall(trace, all, on) {
  const begun = trace.spans.reduce((first, { started_at }) => Math.min(first, started_at), Infinity);
  const ended = trace.spans.reduce(
    (last, { started_at, duration }) => Math.max(last, started_at + duration),
    0,
  );
  const scale = { begun, length: Math.max(ended - begun, 1e-9) };
  const shown = on.isWhole ? all : all.slice(0, FEW);
  return h(
    "div",
    { class: "waterfall" },
    ruler(scale.length),
    h(
      "div",
      {
        role: "tree",
        "aria-label": "Spans",
        onkeydown: (/** @type {KeyboardEvent} */ event) => move(event, shown, on),
      },
      shown.map((line) => row(line, scale, on)),
    ),
    shown.length < all.length
      ? h("button", { type: "button", class: "quiet", onclick: on.unfold }, `Show all ${all.length} spans`)
      : null,
  );
}

/** @param {number} length */
function ruler(length) {
  const marks = Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS);
  return h(
    "div",
    { class: "ruler", "aria-hidden": "true" },
    h("span", { class: "ruler-name" }, "Span"),
    h(
      "div",
      { class: "ruler-track" },
      marks.map((share) =>
        h(
          "span",
          {
            key: share,
            class: share === 1 ? "last" : share === 0 ? "first" : "",
            style: { left: `${share * 100}%` },
          },
          share === 0 ? "0" : duration(length * share),
        ),
      ),
    ),
  );
}

/**
 * @param {Line} line
 * @param {{ begun: number, length: number }} scale
 * @param {any} on
 */
function row(line, scale, on) {
  const { span, depth } = line;
  const isError = span.status === "error";
  const isSelected = span.span_id === on.selected;
  const offset = span.started_at - scale.begun;
  const spoken = `, starts at ${duration(offset)}, takes ${duration(span.duration)}`;
  return h(
    "div",
    {
      key: span.span_id,
      class: `span-row ${isError ? "bad" : ""} ${span.kind}`,
      role: "treeitem",
      tabindex: isSelected ? "0" : "-1",
      "data-span": span.span_id,
      "aria-level": depth + 1,
      "aria-selected": String(isSelected),
      "aria-expanded": line.descendants ? String(!line.isFolded) : undefined,
      onclick: () => on.select(span.span_id),
    },
    h(
      "div",
      { class: "span-name", style: { "padding-left": `${Math.min(depth, DEEPEST) * 14}px` } },
      twisty(line, on),
      isError ? sign("bad") : line.errorsBelow && line.isFolded ? sign("warn") : null,
      h("span", { class: "span-text", title: span.name }, span.name),
      h("span", { class: "unseen" }, spoken),
      line.isFolded ? h("span", { class: "tag" }, `+${line.descendants}`) : null,
    ),
    track(line, scale, offset),
  );
}

/**
 * @param {Line} line
 * @param {any} on
 */
function twisty(line, on) {
  if (!line.descendants) return h("span", { class: "twisty" });
  const onclick = (/** @type {Event} */ event) => {
    event.stopPropagation();
    on.fold(line.span.span_id);
  };
  // The row itself folds by arrow keys.
  return h(
    "span",
    { class: `twisty ${line.isFolded ? "folded" : "open"}`, onclick, "aria-hidden": "true" },
    h("svg", { viewBox: "0 0 8 8" }, h("path", { d: "M1 2.5h6L4 6.5z" })),
  );
}

/**
 * @param {Line} line
 * @param {{ begun: number, length: number }} scale
 * @param {number} offset
 */
function track({ span }, scale, offset) {
  const share = (/** @type {number} */ seconds) => Math.min(Math.max(seconds / scale.length, 0), 1) * 100;
  const left = share(offset);
  const width = share(span.duration);
  // Its figure stands beside the bar, on the side with more room.
  const isLate = left + width > 70;
  const label = isLate
    ? { right: `calc(${(100 - left).toFixed(2)}% + 9px)` }
    : { left: `calc(${(left + width).toFixed(2)}% + 9px)` };
  const isWide = width > 55;
  return h(
    "div",
    { class: "span-track", "aria-hidden": "true" },
    h("span", { class: "span-bar", style: { left: `${left.toFixed(3)}%`, width: `${width.toFixed(3)}%` } }),
    (span.events ?? []).slice(0, 50).map((event, index) =>
      h("span", {
        key: index,
        class: "span-event",
        title: event.name,
        style: { left: `${share(event.at - scale.begun).toFixed(3)}%` },
      }),
    ),
    isWide
      ? h(
          "span",
          { class: "span-time inside", style: { left: `calc(${left.toFixed(2)}% + 6px)` } },
          duration(span.duration),
        )
      : h("span", { class: "span-time", style: label }, duration(span.duration)),
  );
}

/**
 * Arrow keys, as in every tree.
 *
 * @param {KeyboardEvent} event
 * @param {Line[]} shown
 * @param {any} on
 */
function move(event, shown, on) {
  const at = shown.findIndex(({ span }) => span.span_id === on.selected);
  const line = shown[at];
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 };
  const wanted = shown[steps[event.key] ?? -1];
  if (wanted) on.select(wanted.span.span_id);
  else if (event.key === "ArrowRight" && line?.isFolded) on.fold(line.span.span_id);
  else if (event.key === "ArrowLeft" && line?.descendants && !line.isFolded) on.fold(line.span.span_id);
  else if (event.key === "ArrowLeft" && line) selectParent(shown, at, on);
  else return;
  event.preventDefault();
}

/**
 * @param {Line[]} shown
 * @param {number} at
 * @param {any} on
 */
function selectParent(shown, at, on) {
  const parent = shown
    .slice(0, at)
    .reverse()
    .find(({ depth }) => depth < shown[at].depth);
  if (parent) on.select(parent.span.span_id);
}
