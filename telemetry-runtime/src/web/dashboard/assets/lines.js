// Gauges over time, told apart by the pattern of their line.

import { ago, quantity } from "./format.js";
import { h } from "./dom.js";

const WIDTH = 360;
const HEIGHT = 124;
const FOOT = 18;
const HEAD = 17;
/** More lines than that are not told apart; their values stand below all the same. */
const MOST = 5;

/**
 * @param {{ label: string, value: number, history?: [number, number][] }[]} series
 * @param {string | undefined} unit
 */
export function lines(series, unit) {
  const drawn = series.filter(({ history }) => (history?.length ?? 0) > 1).slice(0, MOST);
  if (!drawn.length) return null;
  const points = drawn.flatMap(({ history }) => history ?? []);
  const [begin, end] = [Math.min(...points.map(([at]) => at)), Math.max(...points.map(([at]) => at))];
  const highest =
    unit === "percent"
      ? Math.max(100, ...points.map(([, value]) => value))
      : Math.max(...points.map(([, value]) => value), 0) * 1.1 || 1;
  const lowest = Math.min(0, ...points.map(([, value]) => value));
  const x = (/** @type {number} */ at) => ((at - begin) / Math.max(end - begin, 1e-9)) * WIDTH;
  const y = (/** @type {number} */ value) =>
    HEAD + (1 - (value - lowest) / (highest - lowest)) * (HEIGHT - FOOT - HEAD);
  const path = (/** @type {[number, number][]} */ history) =>
    `M${history.map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`;
  return h(
    "svg",
    {
      class: "lines",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": drawn.map(({ label, value }) => `${label} ${quantity(value, unit)}`).join(", "),
    },
    h("path", { class: "axis faint", d: `M0 ${HEAD - 0.5}H${WIDTH}` }),
    h("path", { class: "axis", d: `M0 ${HEIGHT - FOOT + 0.5}H${WIDTH}` }),
    drawn.map(({ label, history }, index) =>
      h("path", { key: label, class: `line l${index % MOST}`, d: path(history ?? []) }),
    ),
    h("text", { class: "tick-text", x: 0, y: HEAD - 5 }, quantity(highest, unit)),
    h("text", { class: "tick-text", x: 0, y: HEIGHT - 3 }, ago(begin, end)),
    h("text", { class: "tick-text", x: WIDTH, y: HEIGHT - 3, "text-anchor": "end" }, "now"),
  );
}
