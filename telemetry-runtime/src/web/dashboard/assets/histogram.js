// How the calls of the last minute spread over the buckets of latency.

import { count, duration, percent } from "./format.js";
import { empty, panel } from "./parts.js";
import { h } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 190;
const FOOT = 24;
const HEAD = 18;

/**
 * @param {number[]} bounds
 * @param {number} index
 */
export function bucketName(bounds, index) {
  if (index >= bounds.length) return `over ${duration(bounds.at(-1))}`;
  return index === 0
    ? `up to ${duration(bounds[0])}`
    : `${duration(bounds[index - 1])} to ${duration(bounds[index])}`;
}

/** @param {any} data */
export function histogram({ buckets, histogram: counts, p50, p95, p99 }) {
  const bounds = buckets ?? [];
  const all = (counts ?? []).reduce((sum, each) => sum + each, 0);
  if (!all)
    return panel(
      "Latency",
      {},
      empty("No call ended in the last minute.", "Each bar will be the calls that took so long."),
    );
  const highest = Math.max(...counts);
  const step = WIDTH / counts.length;
  const most = counts.indexOf(highest);
  const spoken = `Most calls, ${percent(highest / all)}, took ${bucketName(bounds, most)}; p50 ${duration(p50)}, p95 ${duration(p95)}, p99 ${duration(p99)}.`;
  const aside = h("span", { class: "muted" }, `${count(all)} calls in the last minute`);
  return panel(
    "Latency",
    { aside },
    h(
      "svg",
      { class: "histogram", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken },
      counts.map((each, index) => bar(each, index, { highest, all, step, bounds })),
      h("path", { class: "axis", d: `M0 ${HEIGHT - FOOT + 0.5}H${WIDTH}` }),
      bounds.map((bound, index) =>
        index % 2 === 1 || bounds.length < 9 ? tick(bound, (index + 1) * step) : null,
      ),
      marks({ p50, p95, p99 }, bounds, step),
    ),
  );
}

/**
 * @param {number} each
 * @param {number} index
 * @param {{ highest: number, all: number, step: number, bounds: number[] }} scale
 */
function bar(each, index, { highest, all, step, bounds }) {
  const height = (each / highest) * (HEIGHT - FOOT - HEAD);
  const shown = each > 0 ? Math.max(height, 1.5) : 0;
  return h(
    "g",
    { key: index },
    h("title", null, `${bucketName(bounds, index)}: ${count(each)} calls, ${percent(each / all)}`),
    h("rect", { class: "catcher", x: index * step, y: HEAD, width: step, height: HEIGHT - FOOT - HEAD }),
    h("rect", {
      class: "bar-shape",
      x: (index * step + 1.5).toFixed(1),
      y: (HEIGHT - FOOT - shown).toFixed(1),
      width: (step - 3).toFixed(1),
      height: shown.toFixed(1),
      rx: 1.5,
    }),
  );
}

/**
 * @param {number} bound
 * @param {number} x
 */
function tick(bound, x) {
  return h(
    "g",
    { key: `tick ${x}` },
    h("path", { class: "axis", d: `M${x.toFixed(1)} ${HEIGHT - FOOT}v4` }),
    h(
      "text",
      { class: "tick-text", x: x.toFixed(1), y: HEIGHT - 6, "text-anchor": "middle" },
      duration(bound),
    ),
  );
}

/**
 * Where in its bucket a quantile lies, as the server computes it: linear between the bounds.
 *
 * @param {number | null} value
 * @param {number[]} bounds
 * @param {number} step
 */
export function place(value, bounds, step) {
  if (value === null || value === undefined) return null;
  const index = bounds.findIndex((bound) => value <= bound);
  if (index < 0) return (bounds.length + 0.5) * step;
  const low = index === 0 ? 0 : bounds[index - 1];
  return (index + (value - low) / (bounds[index] - low)) * step;
}

/**
 * @param {Record<string, number | null>} quantiles
 * @param {number[]} bounds
 * @param {number} step
 */
function marks(quantiles, bounds, step) {
  let last = -Infinity;
  return Object.entries(quantiles).map(([name, value]) => {
    const x = place(value, bounds, step);
    if (x === null) return null;
    // A name that would lie on the one before is left out; its line stands, and the figures above name it.
    const isFree = x - last > 26;
    if (isFree) last = x;
    return h(
      "g",
      { key: name, class: "quantile" },
      h("title", null, `${name}: ${duration(value)}`),
      h("path", { d: `M${x.toFixed(1)} ${HEAD - 4}V${HEIGHT - FOOT}` }),
      isFree ? h("text", { x: x.toFixed(1), y: HEAD - 7, "text-anchor": "middle" }, name) : null,
    );
  });
}
