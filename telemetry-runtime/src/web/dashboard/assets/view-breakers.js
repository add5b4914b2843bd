// Circuit breakers: what they see, what they did, and orders to them.

import {
  answered,
  badge,
  breakerBadge,
  breakerLevel,
  button,
  choice,
  empty,
  facts,
  link,
  panel,
} from "./parts.js";
import { ago, clock, count, duration, percent } from "./format.js";
import { confirmed, doing } from "./dialog.js";
import { h } from "./dom.js";
import { href } from "./routes.js";
import { order } from "./api.js";
import { Resource } from "./resource.js";
import { timeline } from "./timeline.js";
import { weight } from "./judge.js";

const EVERY = 2000;

/** @type {Record<string, { label: string, done: string, isGrave?: boolean, text: (name: string) => string, is: (state: string) => boolean }>} */
const ORDERS = {
  reset: {
    label: "Reset",
    done: "has been reset",
    is: () => true,
    text: (name) => `${name} closes, and forgets what it has seen. Calls reach it again at once.`,
  },
  force_open: {
    label: "Force open",
    done: "is forced open",
    isGrave: true,
    is: (state) => state !== "forced_open",
    text: (name) =>
      `Every call to ${name} is refused until the breaker is reset or closed. Callers get their fallback, or an error.`,
  },
  disable: {
    label: "Disable",
    done: "is disabled",
    isGrave: true,
    is: (state) => state !== "disabled",
    text: (name) => `Calls to ${name} are let through whatever happens, until the breaker is reset.`,
  },
};

/**
 * @param {import("./main.js").Page} page
 * @returns {import("./main.js").View}
 */
export function breakers({ store, route, redraw }) {
  const found = new Resource(redraw, EVERY);
  found.load("breakers");
  const shown = { name: route.query.get("name"), only: "all" };
  const command = async (/** @type {string} */ name, /** @type {string} */ wanted) => {
    const { label, text, done, isGrave } = ORDERS[wanted];
    if (!(await confirmed({ title: `${label}: ${name}`, text: text(name), action: label, isGrave }))) return;
    await doing(
      () => order(`breakers/${encodeURIComponent(name)}`, "POST", { order: wanted }),
      `The breaker ${name} ${done}.`,
    );
    found.reload();
  };
  const choose = (/** @type {string} */ only) => {
    shown.only = only;
    redraw();
  };
  return {
    title: "Breakers",
    close: () => found.close(),
    up: shown.name ? "#/breakers" : undefined,
    draw: () => [
      h("h1", { class: "unseen" }, "Breakers"),
      answered(found, (data) => list(data, shown, store.now(), command, choose)),
    ],
  };
}

/**
 * @param {any[]} all
 * @param {any} shown
 * @param {number} now
 * @param {Function} command
 * @param {(only: string) => void} choose
 */
function list(all, shown, now, command, choose) {
  if (!all.length) {
    return panel(
      "Breakers",
      {},
      empty(
        "No breaker is in use.",
        "Add ",
        h("code", null, "breaker"),
        " to ",
        h("code", null, "#[instrument_adapter]"),
        ": it refuses calls to a provider that fails, so that callers do not wait for it.",
      ),
    );
  }
  const isWanted = (/** @type {any} */ breaker) =>
    shown.name ? breaker.name === shown.name : shown.only === "all" || breakerLevel(breaker.state) !== "fine";
  const wanted = all
    .filter(isWanted)
    .sort(
      (a, b) => weight(breakerLevel(b.state)) - weight(breakerLevel(a.state)) || a.name.localeCompare(b.name),
    );
  const closed = all.filter(({ state }) => state === "closed").length;
  return [
    h(
      "div",
      { class: "view-head" },
      h("p", { class: "muted", role: "status" }, `${count(closed)} of ${count(all.length)} closed`),
      shown.name
        ? link("#/breakers", "Show all")
        : choice(
            "Which breakers",
            [
              ["all", "All"],
              ["not_closed", "Not closed"],
            ],
            shown.only,
            choose,
          ),
    ),
    wanted.length
      ? h(
          "div",
          { class: "cards" },
          wanted.map((breaker) => card(breaker, now, command)),
        )
      : empty(shown.name ? `There is no breaker ${shown.name}.` : "All breakers are closed."),
  ];
}

/**
 * @param {any} breaker
 * @param {number} now
 * @param {Function} command
 */
function card(breaker, now, command) {
  const { name, state } = breaker;
  const orders = Object.entries(ORDERS)
    .filter(([, { is }]) => is(state))
    .map(([wanted, { label, isGrave }]) =>
      button(label, () => command(name, wanted), {
        key: wanted,
        class: isGrave || state === "closed" ? "" : "main",
        "aria-label": `${label} ${name}`,
      }),
    );
  return h(
    "section",
    {
      key: name,
      class: `panel breaker ${breakerLevel(state)}`,
      "aria-label": `Breaker ${name}`,
      "data-breaker": name,
      "data-state": state,
    },
    h(
      "div",
      { class: "panel-head" },
      h("h2", null, name),
      breakerBadge(state),
      h(
        "span",
        { class: "muted" },
        breaker.since ? `since ${clock(breaker.since)}, ${ago(breaker.since, now)}` : "since the start",
      ),
      h("div", { class: "panel-aside" }, orders),
    ),
    timeline(breaker, now),
    facts(figures(breaker), "figures"),
    breaker.operations?.length
      ? h(
          "p",
          { class: "foot" },
          h("span", { class: "muted" }, "Guards "),
          breaker.operations.map((/** @type {string} */ id, /** @type {number} */ index) => [
            index ? ", " : "",
            link(href("operations", id), id),
          ]),
        )
      : null,
  );
}

/**
 * @param {any} breaker
 * @returns {[any, any][]}
 */
function figures(breaker) {
  const { calls, failures, minimum_calls, window, failure_rate, slow_rate, rejected, retry_after, permits } =
    breaker;
  const isFew = minimum_calls && calls < minimum_calls;
  return [
    [
      "Failure rate",
      failure_rate
        ? badge(breaker.state === "closed" ? "note" : "fine", percent(failure_rate))
        : percent(failure_rate),
    ],
    ["Slow calls", percent(slow_rate)],
    [
      typeof window === "number" ? `Calls in ${duration(window)}` : "Calls in its window",
      [count(calls), isFew ? h("span", { class: "muted" }, ` of ${count(minimum_calls)} to judge by`) : null],
    ],
    ["Failures", count(failures)],
    ["Rejected since start", count(rejected)],
    ...(retry_after ? [/** @type {[any, any]} */ (["Tries again in", duration(retry_after)])] : []),
    ...(permits !== null && permits !== undefined
      ? [/** @type {[any, any]} */ (["Probes when half open", count(permits)])]
      : []),
  ];
}
