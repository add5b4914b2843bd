// Who calls whom, as far as this service sees it.

import { count, duration, percent, rate } from "./format.js";
import { empty, panel } from "./parts.js";
import { errorLevel } from "./judge.js";
import { h } from "./dom.js";
import { table } from "./table.js";

/** @typedef {import("./types.js").Edge} Edge */
/** @typedef {{ name: string, depth: number, x: number, y: number }} Place */

const BOX = { width: 148, height: 34 };
const GAP = { x: 150, y: 28 };
/** The point of an edge. */
const POINT = 7;
const EDGE = 8;
/** A map with more of them is a knot; the table says the same. */
const MOST = 24;
/** Letters that a box has room for. */
const LETTERS = 19;

/** @param {import("./types.js").Overview} overview */
export function serviceMap({ edges }) {
  const known = edges ?? [];
  if (!known.length) {
    return panel(
      "Service map",
      {},
      empty(
        "No call to another service has been seen yet.",
        "Methods of ",
        h("code", null, "#[instrument_adapter]"),
        " blocks are such calls, and others with ",
        h("code", null, "kind = client"),
        ".",
      ),
    );
  }
  const drawn = [...known].sort((a, b) => b.rate - a.rate).slice(0, MOST);
  const aside =
    drawn.length < known.length
      ? h("span", { class: "muted" }, `the ${MOST} busiest of ${count(known.length)}`)
      : null;
  return panel("Service map", { aside, class: "map-panel" }, picture(drawn), asTable(known));
}

/** There the picture is too small to be read. */
function openWhereNarrow(/** @type {any} */ details) {
  details.open = matchMedia("(max-width: 720px)").matches;
}

/** @param {Edge[]} edges */
function asTable(edges) {
  return h(
    "details",
    { class: "as-table", ref: openWhereNarrow },
    h("summary", null, "As a table"),
    table({
      caption: "Calls between services",
      items: edges,
      key: (edge) => `${edge.from}\u0000${edge.to}`,
      columns: [
        { key: "from", label: "From", cell: (edge) => edge.from },
        { key: "to", label: "To", isName: true, cell: (edge) => edge.to },
        { key: "rate", label: "Calls/s", class: "number", cell: (edge) => rate(edge.rate) },
        { key: "errors", label: "Errors", class: "number", cell: (edge) => percent(edge.error_rate) },
        { key: "p95", label: "p95", class: "number", cell: (edge) => duration(edge.p95) },
      ],
    }),
  );
}

/** @param {Edge[]} edges */
function picture(edges) {
  const places = placed(edges);
  const all = [...places.values()];
  const width = Math.max(...all.map(({ x }) => x)) + BOX.width + EDGE;
  const height = Math.max(...all.map(({ y }) => y)) + BOX.height + EDGE;
  const spoken = edges.map((edge) => `${edge.from} calls ${edge.to}: ${rate(edge.rate)} a second`).join("; ");
  return h(
    "div",
    { class: "map-scroller", tabindex: "0", role: "group", "aria-label": "Picture of the service map" },
    h(
      "svg",
      {
        class: "map",
        viewBox: `0 0 ${width} ${height}`,
        role: "img",
        "aria-label": spoken,
        style: { width: `${width}px` },
      },
      edges.map((edge) => curve(edge, places)),
      all.map(box),
      edges.map((edge) => label(edge, places)),
    ),
  );
}

/**
 * From left to right by how far a service is from those that nobody calls; a circle ends where it comes back.
 *
 * @param {Edge[]} edges
 * @returns {Map<string, Place>}
 */
function placed(edges) {
  const depths = depthsOf(edges);
  const columns = new Map();
  for (const [name, depth] of [...depths].sort(([a], [b]) => a.localeCompare(b))) {
    columns.set(depth, [...(columns.get(depth) ?? []), name]);
  }
  const highest = Math.max(...[...columns.values()].map((names) => names.length));
  const places = new Map();
  for (const [depth, names] of columns) {
    const offset = ((highest - names.length) * (BOX.height + GAP.y)) / 2;
    names.forEach((name, index) => {
      places.set(name, {
        name,
        depth,
        x: EDGE + depth * (BOX.width + GAP.x),
        y: EDGE + offset + index * (BOX.height + GAP.y),
      });
    });
  }
  return places;
}

/** @param {Edge[]} edges */
function depthsOf(edges) {
  const called = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const roots = edges.map(({ from }) => from).filter((from) => !called.has(from));
  const depths = new Map();
  let front = [...new Set(roots.length ? roots : [edges[0].from])];
  for (let depth = 0; front.length; depth += 1) {
    for (const name of front) depths.set(name, depth);
    front = [
      ...new Set(
        edges.filter(({ from, to }) => depths.get(from) === depth && !depths.has(to)).map(({ to }) => to),
      ),
    ];
  }
  for (const { from, to } of edges) {
    if (!depths.has(from)) depths.set(from, 0);
    if (!depths.has(to)) depths.set(to, depths.get(from) + 1);
  }
  return depths;
}

/** @param {Place} place */
function box({ name, x, y }) {
  const text = name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
  return h(
    "g",
    { key: name, class: "map-box" },
    h("title", null, name),
    h("rect", { x, y, width: BOX.width, height: BOX.height, rx: 7 }),
    h("text", { x: x + BOX.width / 2, y: y + BOX.height / 2 + 4, "text-anchor": "middle" }, text),
  );
}

/**
 * @param {Edge} edge
 * @param {Map<string, Place>} places
 */
function ends({ from, to }, places) {
  const [a, b] = [places.get(from), places.get(to)];
  const [x1, y1] = [(a?.x ?? 0) + BOX.width, (a?.y ?? 0) + BOX.height / 2];
  return { x1, y1, x2: b?.x ?? 0, y2: (b?.y ?? 0) + BOX.height / 2 };
}

/**
 * @param {Edge} edge
 * @param {Map<string, Place>} places
 */
function curve(edge, places) {
  const { x1, y1, x2, y2 } = ends(edge, places);
  const middle = Math.max((x2 - x1) / 2, 30);
  const level = errorLevel(edge.error_rate, edge.rate);
  const width = Math.min(1 + Math.log10(1 + edge.rate), 4).toFixed(1);
  const end = x2 - POINT;
  return h(
    "g",
    { key: `${edge.from}\u0000${edge.to}` },
    h("path", {
      class: `map-edge ${level}`,
      "stroke-width": width,
      d: `M${x1} ${y1}C${x1 + middle} ${y1} ${end - middle} ${y2} ${end} ${y2}`,
    }),
    h("path", { class: `map-head ${level}`, d: `M${x2} ${y2}l${-POINT - 1} -4v8z` }),
  );
}

/**
 * @param {Edge} edge
 * @param {Map<string, Place>} places
 */
function label(edge, places) {
  const { y1, x2, y2 } = ends(edge, places);
  const level = errorLevel(edge.error_rate, edge.rate);
  // At its end, where the curves have parted, and on the side that it does not come from.
  const y = y2 + (y2 > y1 ? 15 : -7);
  const text =
    level === "fine"
      ? `${rate(edge.rate)}/s · ${duration(edge.p95)}`
      : `${rate(edge.rate)}/s · ${percent(edge.error_rate)} fail`;
  return h(
    "text",
    {
      key: `label ${edge.from}\u0000${edge.to}`,
      class: `map-label ${level}`,
      x: x2 - POINT - 3,
      y,
      "text-anchor": "end",
    },
    text,
  );
}
