// Small lines without axes, beside a figure that says the value.

import { h } from "./dom.js";

const WIDTH = 96;
const HEIGHT = 22;
/** So many points fill the width; fewer stand at its right. */
const POINTS = 60;

/**
 * @param {number[] | null | undefined} values oldest first
 */
export function spark(values) {
  const points = (values ?? []).slice(-POINTS);
  const highest = Math.max(...points, 0);
  const props = {
    class: "spark",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    "aria-hidden": "true",
    preserveAspectRatio: "none",
  };
  if (points.length < 2 || highest === 0) {
    return h("svg", props, h("path", { class: "spark-line none", d: `M0 ${HEIGHT - 1.5}H${WIDTH}` }));
  }
  const step = WIDTH / (POINTS - 1);
  const left = WIDTH - step * (points.length - 1);
  const y = (/** @type {number} */ value) => (HEIGHT - 1.5 - (value / highest) * (HEIGHT - 4)).toFixed(1);
  const line = points.map((value, index) => `${(left + index * step).toFixed(1)} ${y(value)}`).join("L");
  return h(
    "svg",
    props,
    h("path", { class: "spark-area", d: `M${left.toFixed(1)} ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}Z` }),
    h("path", { class: "spark-line", d: `M${line}` }),
  );
}
