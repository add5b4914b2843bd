// Views are descriptions made by `h`; `render` brings the page into their shape and touches only what differs.
//
// Names, messages and attributes come from the watched program and may be hostile. They enter the page as text nodes
// and attribute values only, and links lead nowhere but into this page.

/**
 * @typedef {{ text: string, node?: Text }} TextShape
 * @typedef {{ tag: string, props: Record<string, any>, children: Shape[], key: any, node?: Element }} ElementShape
 * @typedef {TextShape | ElementShape} Shape
 * @typedef {Shape | string | number | boolean | null | undefined | any[]} Child
 */

const SVG = "http://www.w3.org/2000/svg";

/** What a user changes too, so that the attribute alone does not say it. */
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden"]);

/** @type {WeakMap<Node, Shape[]>} */
const shapes = new WeakMap();

/**
 * Describes an element; `null`, `undefined` and booleans are no children.
 *
 * @param {string} tag never out of data
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {ElementShape}
 */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: flat(children, []), key: props?.key };
}

/**
 * @param {Child[]} children
 * @param {Shape[]} into
 */
function flat(children, into) {
  for (const child of children) {
    if (Array.isArray(child)) flat(child, into);
    else if (child === null || child === undefined || typeof child === "boolean") continue;
    else if (typeof child === "object") into.push(child);
    else into.push({ text: String(child) });
  }
  return into;
}

/**
 * Brings the children of `root` into this shape, and keeps the focus where it was.
 *
 * @param {Element} root
 * @param {...Child} children
 */
export function render(root, ...children) {
  const focused = document.activeElement;
  const next = flat(children, []);
  // What stood there from the start was for the time until now.
  if (!shapes.has(root)) root.replaceChildren();
  patchChildren(root, shapes.get(root) ?? [], next, root.namespaceURI === SVG);
  shapes.set(root, next);
  // A row that moved has lost it.
  if (focused !== document.activeElement && focused instanceof HTMLElement && root.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * @param {Element} parent
 * @param {Shape[]} before
 * @param {Shape[]} after
 * @param {boolean} isSvg
 */
function patchChildren(parent, before, after, isSvg) {
  const claimed = claim(before, after);
  const kept = new Set(claimed);
  for (const shape of before) if (!kept.has(shape)) shape.node?.remove();
  let cursor = parent.firstChild;
  for (let index = 0; index < after.length; index += 1) {
    const shape = after[index];
    const old = claimed[index];
    const node = old ? patch(old, shape, isSvg) : create(shape, isSvg);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}

/**
 * For each new child the old one that becomes it: by key, else the next of the same kind.
 *
 * @param {Shape[]} before
 * @param {Shape[]} after
 */
function claim(before, after) {
  const keyed = new Map();
  const unkeyed = new Map();
  for (const shape of before) {
    if ("tag" in shape && shape.key !== undefined) keyed.set(`${shape.tag} ${shape.key}`, shape);
    else {
      const kind = "tag" in shape ? shape.tag : "";
      const list = unkeyed.get(kind);
      if (list) list.push(shape);
      else unkeyed.set(kind, [shape]);
    }
  }
  const used = new Map();
  return after.map((shape) => {
    if ("tag" in shape && shape.key !== undefined) {
      const key = `${shape.tag} ${shape.key}`;
      const old = keyed.get(key);
      keyed.delete(key);
      return old;
    }
    const kind = "tag" in shape ? shape.tag : "";
    const index = used.get(kind) ?? 0;
    used.set(kind, index + 1);
    return unkeyed.get(kind)?.[index];
  });
}

/**
 * @param {Shape} shape
 * @param {boolean} isSvg
 * @returns {Element | Text}
 */
function create(shape, isSvg) {
  if (!("tag" in shape)) return (shape.node = document.createTextNode(shape.text));
  const within = isSvg || shape.tag === "svg";
  const node = within ? document.createElementNS(SVG, shape.tag) : document.createElement(shape.tag);
  shape.node = node;
  // Options first: a select takes its value only once they are there.
  patchChildren(node, [], shape.children, within);
  for (const [name, value] of Object.entries(shape.props)) set(node, name, undefined, value);
  shape.props.ref?.(node);
  return node;
}

/**
 * @param {Shape} old
 * @param {Shape} shape
 * @param {boolean} isSvg
 * @returns {Element | Text}
 */
function patch(old, shape, isSvg) {
  const node = /** @type {Element | Text} */ (old.node);
  if (old === shape) return node;
  shape.node = /** @type {any} */ (node);
  if (!("tag" in shape)) {
    if (/** @type {TextShape} */ (old).text !== shape.text) /** @type {Text} */ (node).data = shape.text;
    return node;
  }
  const element = /** @type {Element} */ (node);
  const known = /** @type {ElementShape} */ (old);
  patchChildren(element, known.children, shape.children, isSvg || shape.tag === "svg");
  for (const name of Object.keys(known.props)) {
    if (!(name in shape.props)) set(element, name, known.props[name], undefined);
  }
  for (const [name, value] of Object.entries(shape.props)) set(element, name, known.props[name], value);
  return element;
}

/**
 * @param {any} node
 * @param {string} name
 * @param {any} old
 * @param {any} value
 */
function set(node, name, old, value) {
  if (name === "key" || name === "ref") return;
  if (name.startsWith("on")) {
    if (old !== value) node[name] = typeof value === "function" ? value : null;
  } else if (name === "style") {
    setStyle(node, old ?? {}, value ?? {});
  } else if (PROPERTIES.has(name) && name in node) {
    const wanted = value ?? (name === "value" ? "" : false);
    if (node[name] !== wanted) node[name] = wanted;
  } else if (old !== value) {
    setAttribute(node, name, value);
  }
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {any} value
 */
function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (name === "href" && !/^(#|\/(?![/\\]))/.test(value))
    throw new Error(`a link leads out of the page: ${value}`);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Property by property: the policy of the page forbids style attributes.
 *
 * @param {HTMLElement | SVGElement} node
 * @param {Record<string, string>} old
 * @param {Record<string, string>} value
 */
function setStyle(node, old, value) {
  for (const name of Object.keys(old)) if (!(name in value)) node.style.removeProperty(name);
  for (const [name, text] of Object.entries(value)) {
    if (old[name] !== text) node.style.setProperty(name, text);
  }
}
