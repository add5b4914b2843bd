// Tables that sort, and that keep only the rows in sight in the page.

import { h } from "./dom.js";

/** @typedef {import("./dom.js").Child} Child */

/**
 * @template Item
 * @typedef {object} Column
 * @property {string} key
 * @property {Child} label
 * @property {(item: Item) => Child} cell
 * @property {(item: Item) => number | string | null | undefined} [value] what it is sorted by; not sortable if absent
 * @property {string} [class] e.g. `number`
 * @property {string} [hint]
 * @property {boolean} [isName] names its row
 */

/** Rows that are in the page above and below those in sight. */
const MARGIN = 8;
/** Up to here all rows are in the page. */
const FEW = 60;

/** @typedef {{ key: string, isDescending: boolean }} Order */

/**
 * Sorted by the column; absent values come last whatever the direction, equal ones keep their order.
 *
 * @template Item
 * @param {Item[]} items
 * @param {Column<Item>[]} columns
 * @param {Order} order
 */
export function sorted(items, columns, order) {
  const value = columns.find(({ key }) => key === order.key)?.value;
  if (!value) return items;
  const direction = order.isDescending ? -1 : 1;
  return [...items].sort((one, other) => {
    const [a, b] = [value(one) ?? null, value(other) ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return direction * (typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b));
  });
}

/**
 * What a click on a column's head makes of the order: large first for numbers, then the other way round.
 *
 * @param {Order} order
 * @param {Column<any>} column
 * @returns {Order}
 */
export function turned(order, column) {
  if (order.key === column.key) return { key: order.key, isDescending: !order.isDescending };
  return { key: column.key, isDescending: column.class?.includes("number") ?? false };
}

/** Where a long table is scrolled to; one lives as long as its table. */
export class Window {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.top = 0;
    this.height = 800;
    this.rowHeight = 37;
  }

  /** @param {any} scroller */
  attach(scroller) {
    const look = () => {
      const row = scroller.querySelector("tbody tr[data-row]");
      const rowHeight = row?.getBoundingClientRect().height || this.rowHeight;
      const before = this.first();
      const had = [this.height, this.rowHeight].join();
      this.top = scroller.scrollTop;
      this.height = scroller.clientHeight || this.height;
      this.rowHeight = rowHeight;
      if (before !== this.first() || had !== [this.height, this.rowHeight].join()) this.changed();
    };
    scroller.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(scroller);
  }

  first() {
    // In steps, so that a small move changes nothing.
    return Math.max(0, Math.floor(this.top / this.rowHeight / MARGIN) * MARGIN - MARGIN);
  }

  /** @param {number} total */
  range(total) {
    if (total <= FEW) return { from: 0, to: total };
    const from = Math.min(this.first(), Math.max(0, total - 1));
    return { from, to: Math.min(total, from + Math.ceil(this.height / this.rowHeight) + 3 * MARGIN) };
  }
}

/**
 * @template Item
 * @param {object} options
 * @param {string} options.caption for those who hear the page
 * @param {Column<Item>[]} options.columns
 * @param {Item[]} options.items
 * @param {(item: Item) => string} options.key
 * @param {(item: Item) => string} [options.rowClass]
 * @param {Order} [options.order]
 * @param {(order: Order) => void} [options.onorder]
 * @param {boolean} [options.isShort] scrolls by itself before it becomes long
 * @param {Window} [options.window] scrolls by itself, and has only some of the rows in the page
 * @param {string} [options.class]
 * @param {Record<string, any>} [options.events]
 */
export function table(options) {
  const { caption, columns, items, window } = options;
  const range = window?.range(items.length) ?? { from: 0, to: items.length };
  const rows = items
    .slice(range.from, range.to)
    .map((item, offset) => row(options, item, range.from + offset));
  const spacer = (/** @type {string} */ name, /** @type {number} */ count) =>
    count > 0 && window
      ? h(
          "tr",
          { key: ` ${name}`, class: "spacer", "aria-hidden": "true" },
          h("td", { colspan: columns.length, style: { height: `${count * window.rowHeight}px` } }),
        )
      : null;
  const body = h(
    "table",
    { class: options.class, "aria-rowcount": window ? items.length + 1 : undefined },
    h("caption", { class: "unseen" }, caption),
    h(
      "thead",
      null,
      h(
        "tr",
        { "aria-rowindex": window ? 1 : undefined },
        columns.map((column) => head(options, column)),
      ),
    ),
    h("tbody", null, spacer("above", range.from), rows, spacer("below", items.length - range.to)),
  );
  const props = {
    class: `scroller ${window ? "tall" : options.isShort ? "short" : ""}`,
    tabindex: "0",
    role: "group",
    "aria-label": caption,
    ...options.events,
  };
  return h("div", window ? { ...props, ref: (/** @type {any} */ node) => window.attach(node) } : props, body);
}

/**
 * @param {any} options
 * @param {Column<any>} column
 */
function head({ order, onorder }, column) {
  const isSorted = order?.key === column.key;
  const direction = isSorted ? (order.isDescending ? "descending" : "ascending") : undefined;
  const props = { scope: "col", class: column.class, title: column.hint, "aria-sort": direction };
  if (!onorder || !column.value) return h("th", props, column.label);
  return h(
    "th",
    props,
    h(
      "button",
      { type: "button", class: "sort", onclick: () => onorder(turned(order, column)) },
      column.label,
      h(
        "svg",
        { viewBox: "0 0 8 8", class: `arrow ${direction ?? "none"}`, "aria-hidden": "true" },
        h("path", { d: "M1 2.5h6L4 6.5z" }),
      ),
    ),
  );
}

/**
 * @param {any} options
 * @param {any} item
 * @param {number} index
 */
function row({ columns, key, rowClass, window }, item, index) {
  const cells = columns.map((/** @type {Column<any>} */ column) =>
    h(
      column.isName ? "th" : "td",
      { class: column.class, scope: column.isName ? "row" : undefined },
      column.cell(item),
    ),
  );
  return h(
    "tr",
    {
      key: key(item),
      class: rowClass?.(item),
      "data-row": "",
      "aria-rowindex": window ? index + 2 : undefined,
    },
    cells,
  );
}
