// The spans of a trace as a tree, in the order in which a reader follows them.

/** @typedef {import("./types.js").Span} Span */
/** @typedef {{ span: Span, depth: number, descendants: number, isFolded: boolean, isOrphan: boolean, errorsBelow: number }} Line */

/**
 * Depth first, siblings by their start. A span whose parent is not here (it lies in another service, or was dropped)
 * is a root of its own; so is one of a circle, which only a broken trace has.
 *
 * @param {Span[]} spans
 * @param {Set<string>} folded ids of spans whose descendants are hidden
 * @returns {Line[]}
 */
export function lines(spans, folded) {
  const ids = new Set(spans.map(({ span_id }) => span_id));
  /** @type {Map<string | null, Span[]>} */
  const children = new Map();
  for (const span of spans) {
    const parent =
      span.parent_id && span.parent_id !== span.span_id && ids.has(span.parent_id) ? span.parent_id : null;
    const list = children.get(parent);
    if (list) list.push(span);
    else children.set(parent, [span]);
  }
  for (const list of children.values()) list.sort((a, b) => a.started_at - b.started_at);
  const seen = new Set();
  /** @type {Line[]} */
  const all = [];
  for (const root of children.get(null) ?? []) walk(root, children, seen, all);
  for (const span of spans) if (!seen.has(span.span_id)) walk(span, children, seen, all);
  return unfolded(all, folded);
}

/**
 * Without recursion: a hostile trace may be as deep as it is long.
 *
 * @param {Span} root
 * @param {Map<string | null, Span[]>} children
 * @param {Set<string>} seen
 * @param {Line[]} all
 */
function walk(root, children, seen, all) {
  const stack = [{ span: root, depth: 0 }];
  while (stack.length) {
    const { span, depth } = /** @type {{ span: Span, depth: number }} */ (stack.pop());
    if (seen.has(span.span_id)) continue;
    seen.add(span.span_id);
    all.push({
      span,
      depth,
      descendants: 0,
      isFolded: false,
      isOrphan: depth === 0 && Boolean(span.parent_id),
      errorsBelow: 0,
    });
    const below = children.get(span.span_id) ?? [];
    for (let index = below.length - 1; index >= 0; index -= 1)
      stack.push({ span: below[index], depth: depth + 1 });
  }
}

/**
 * @param {Line[]} all
 * @param {Set<string>} folded
 */
function unfolded(all, folded) {
  count(all);
  /** @type {Line[]} */
  const shown = [];
  for (let index = 0; index < all.length; index += 1) {
    const line = all[index];
    line.isFolded = line.descendants > 0 && folded.has(line.span.span_id);
    shown.push(line);
    if (line.isFolded) index += line.descendants;
  }
  return shown;
}

/** @param {Line[]} all */
function count(all) {
  /** @type {Line[]} */
  const open = [];
  for (const line of all) {
    while (open.length && open[open.length - 1].depth >= line.depth) open.pop();
    for (const above of open) {
      above.descendants += 1;
      if (line.span.status === "error") above.errorsBelow += 1;
    }
    open.push(line);
  }
}
