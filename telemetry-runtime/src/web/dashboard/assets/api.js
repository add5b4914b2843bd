// Asking the server.

/** The folder above the assets, wherever the service has put the page. */
const ROOT = new URL("..", import.meta.url);

/** What the server refused, with what would help. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {string | null} remedy
   */
  constructor(status, message, remedy) {
    super(message);
    this.status = status;
    this.remedy = remedy;
  }
}

/** @param {string} path */
export function address(path) {
  return new URL(path, ROOT).pathname + new URL(path, ROOT).search;
}

/**
 * @param {string} path below `api/`
 * @param {AbortSignal} [signal]
 */
export function get(path, signal) {
  return ask(path, { signal });
}

/**
 * An order; the header tells the server that it comes from a page of its own.
 *
 * @param {string} path below `api/`
 * @param {"POST" | "DELETE"} method
 * @param {object} [body]
 */
export function order(path, method, body) {
  const headers = { "X-Telemetry-Request": "1", "Content-Type": "application/json" };
  return ask(path, { method, headers, body: body && JSON.stringify(body) });
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function ask(path, init) {
  const answer = await fetch(address(`api/${path}`), {
    credentials: "same-origin",
    cache: "no-store",
    ...init,
  });
  if (answer.status === 401) logIn();
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? null : answer.json();
}

/** @param {Response} answer */
async function refusal(answer) {
  const text = await answer.text();
  try {
    const { error, remedy } = JSON.parse(text);
    return new Refused(answer.status, String(error), remedy ? String(remedy) : null);
  } catch {
    return new Refused(answer.status, text.slice(0, 300) || `the server answered ${answer.status}`, null);
  }
}

/** The form leads back to where the reader is: the fragment goes along. */
export function logIn() {
  location.assign(address("login") + location.hash);
}
