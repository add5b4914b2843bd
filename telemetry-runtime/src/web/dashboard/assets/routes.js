// Where in the page the reader is: `#/traces/4bf9…?span=…`. The server sees none of it.

/**
 * @typedef {{ name: string, id: string | null, query: URLSearchParams }} Route
 */

/**
 * @param {string} hash
 * @returns {Route}
 */
export function parse(hash) {
  const [path, query] = split(hash.replace(/^#\/?/, ""));
  const slash = path.indexOf("/");
  const name = slash < 0 ? path : path.slice(0, slash);
  const id = slash < 0 ? null : decoded(path.slice(slash + 1));
  return { name, id: id || null, query: new URLSearchParams(query) };
}

/** @param {string} text */
function split(text) {
  const mark = text.indexOf("?");
  return mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The address of a view.
 *
 * @param {string} name
 * @param {string | null} [id]
 * @param {Record<string, string | number | null | undefined>} [query] without what is absent or empty
 */
export function href(name, id, query) {
  const given = Object.entries(query ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  const path = id ? `${name}/${encodeURIComponent(id)}` : name;
  return `#/${path}${search ? `?${search}` : ""}`;
}

/**
 * Changes what stands behind `?` without a new entry in the history.
 *
 * @param {Route} route
 * @param {Record<string, string | number | null | undefined>} changes
 */
export function amend(route, changes) {
  const query = { ...Object.fromEntries(route.query), ...changes };
  history.replaceState(null, "", href(route.name, route.id, query));
  route.query = parse(location.hash).query;
}
