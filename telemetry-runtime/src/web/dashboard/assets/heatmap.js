// Latency over time: a column is a moment, a row a bucket, and the darker the more calls.

import { ago, count, duration } from "./format.js";
import { bucketName } from "./histogram.js";
import { empty, panel } from "./parts.js";
import { h } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 190;
const FOOT = 24;
const LEFT = 54;
/** Fewer columns do not fill the width: the past is yet to come. */
const LEAST = 30;

/** @param {any} data */
export function heatmap({ heatmap: map, buckets }) {
  const columns = map?.columns ?? [];
  const highest = Math.max(0, ...columns.flat());
  if (!highest)
    return panel(
      "Latency over time",
      {},
      empty("Nothing to show yet.", "While this page is open, a column is added every few seconds."),
    );
  const rows = (buckets ?? []).length + 1;
  const [used, first] = occupied(columns, rows);
  const scale = {
    first,
    used,
    highest,
    map,
    bounds: buckets ?? [],
    width: (WIDTH - LEFT) / Math.max(columns.length, LEAST),
    height: (HEIGHT - FOOT) / used,
    left: WIDTH - ((WIDTH - LEFT) / Math.max(columns.length, LEAST)) * columns.length,
  };
  const long = columns.length * map.step;
  return panel(
    "Latency over time",
    { aside: h("span", { class: "muted" }, `the last ${duration(long)}`) },
    h(
      "svg",
      {
        class: "heatmap",
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: "img",
        "aria-label": `Calls by latency over the last ${duration(long)}; at most ${count(highest)} in a field.`,
      },
      columns.map((column, index) => cells(column, index, scale)),
      h("path", { class: "axis", d: `M${LEFT} ${HEIGHT - FOOT + 0.5}H${WIDTH}` }),
      labels(scale),
      h("text", { class: "tick-text", x: scale.left.toFixed(1), y: HEIGHT - 6 }, ago(0, long)),
      h("text", { class: "tick-text", x: WIDTH, y: HEIGHT - 6, "text-anchor": "end" }, "now"),
    ),
  );
}

/**
 * Rows that no call ever reached are left out at both ends, but for one.
 *
 * @param {number[][]} columns
 * @param {number} rows
 * @returns {[number, number]} how many are shown, and the first of them
 */
function occupied(columns, rows) {
  const isUsed = (/** @type {number} */ row) => columns.some((column) => column[row] > 0);
  let first = 0;
  let last = rows - 1;
  while (first < last && !isUsed(first)) first += 1;
  while (last > first && !isUsed(last)) last -= 1;
  first = Math.max(0, first - 1);
  last = Math.min(rows - 1, last + 1);
  return [last - first + 1, first];
}

/**
 * @param {number[]} column
 * @param {number} index
 * @param {any} scale
 */
function cells(column, index, { first, used, highest, width, height, left, bounds, map }) {
  return h(
    "g",
    { key: index },
    column.slice(first, first + used).map((each, row) => {
      if (!each) return null;
      const when = ago(map.from + (index + 1) * map.step, map.from + map.columns.length * map.step);
      return h(
        "rect",
        {
          key: row,
          class: "heat",
          x: (left + index * width).toFixed(1),
          y: ((used - 1 - row) * height).toFixed(1),
          width: Math.max(width - 0.6, 0.6).toFixed(1),
          height: Math.max(height - 0.6, 0.6).toFixed(1),
          // Few calls must be seen beside many.
          "fill-opacity": (0.12 + 0.88 * (Math.log1p(each) / Math.log1p(highest))).toFixed(2),
        },
        h("title", null, `${bucketName(bounds, first + row)}, ${when}: ${count(each)} calls`),
      );
    }),
  );
}

/** @param {any} scale */
function labels({ first, used, height, bounds }) {
  const every = Math.max(1, Math.ceil(20 / height));
  return Array.from({ length: used }, (_, row) => {
    const bound = bounds[first + row];
    if (row % every || bound === undefined) return null;
    return h(
      "text",
      {
        key: row,
        class: "tick-text",
        x: LEFT - 6,
        y: ((used - 1 - row) * height + 4).toFixed(1),
        "text-anchor": "end",
      },
      duration(bound),
    );
  });
}
