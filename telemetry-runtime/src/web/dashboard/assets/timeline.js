// The states of a breaker over time.

import { ago, clock, words } from "./format.js";
import { h } from "./dom.js";

const WIDTH = 1000;
const HEIGHT = 26;
/** Seconds that are shown at least, so that a single change is not all of the line, and at the most. */
const LEAST = 300;
const LONGEST = 3600;
/** The server remembers a hundred changes; where there are so many, what was before the first is not known. */
const MANY = 90;

/** What is drawn as a pattern too, and not by its colour alone. */
const HEIGHTS = { closed: 6, half_open: 14, open: 22, forced_open: 22, disabled: 3, metrics_only: 3 };

/**
 * @param {{ state: string, since: number | null, timeline?: { at: number, from: string, to: string }[] }} breaker
 * @param {number} now
 */
export function timeline(breaker, now) {
  const changes = [...(breaker.timeline ?? [])].sort((a, b) => a.at - b.at);
  const first = changes[0]?.at ?? now;
  const begin = changes.length < MANY ? Math.max(Math.min(first, now - LEAST), now - LONGEST) : first;
  const x = (/** @type {number} */ at) =>
    ((Math.min(Math.max(at, begin), now) - begin) / (now - begin)) * WIDTH;
  const pieces = changes.map((change, index) => ({
    state: change.to,
    from: change.at,
    to: changes[index + 1]?.at ?? now,
  }));
  pieces.unshift({ state: changes[0]?.from ?? breaker.state, from: begin, to: changes[0]?.at ?? now });
  const spoken = changes.length
    ? changes
        .slice(-5)
        .map(({ at, to }) => `${words(to)} at ${clock(at)}`)
        .join(", ")
    : `${words(breaker.state)} all the time`;
  return h(
    "figure",
    { class: "timeline" },
    h(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `States: ${spoken}`,
      },
      pieces.map((piece, index) => stretch(piece, index, x)),
    ),
    h(
      "figcaption",
      { class: "muted" },
      h("span", null, ago(begin, now)),
      legend(pieces),
      h("span", null, "now"),
    ),
  );
}

/**
 * @param {{ state: string, from: number, to: number }} piece
 * @param {number} index
 * @param {(at: number) => number} x
 */
function stretch({ state, from, to }, index, x) {
  const height = HEIGHTS[state] ?? 6;
  return h(
    "rect",
    {
      key: index,
      class: `stretch ${state}`,
      x: x(from).toFixed(1),
      y: HEIGHT - height,
      width: Math.max(x(to) - x(from), 1).toFixed(1),
      height,
    },
    h("title", null, `${words(state)}: ${clock(from)} to ${clock(to)}`),
  );
}

/** @param {{ state: string }[]} pieces */
function legend(pieces) {
  const states = [...new Set(pieces.map(({ state }) => state))];
  return h(
    "span",
    { class: "legend" },
    states.map((state) =>
      h(
        "span",
        { key: state },
        h(
          "svg",
          { viewBox: "0 0 10 22", class: "legend-mark", "aria-hidden": "true" },
          h("rect", {
            class: `stretch ${state}`,
            y: 22 - (HEIGHTS[state] ?? 6),
            width: 10,
            height: HEIGHTS[state] ?? 6,
          }),
        ),
        words(state),
      ),
    ),
  );
}
