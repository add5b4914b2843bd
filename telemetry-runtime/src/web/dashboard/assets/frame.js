// What stands around every view: the service, the ways, and how the page is connected.

import { h } from "./dom.js";
import { badge, sign } from "./parts.js";
import { ago, clock } from "./format.js";
import { help } from "./keys.js";
import { address } from "./api.js";
import { href } from "./routes.js";

const WAYS = [
  ["", "Overview"],
  ["traces", "Traces"],
  ["breakers", "Breakers"],
  ["alerts", "Alerts"],
  ["system", "System"],
  ["exporters", "Exporters"],
  ["settings", "Settings"],
];

const LINKS = {
  connecting: ["note", "Connecting"],
  live: ["fine", "Live"],
  reconnecting: ["warn", "Reconnecting"],
  paused: ["note", "Paused"],
};

const HEALTH = { healthy: "fine", degraded: "warn", unhealthy: "bad" };

/**
 * @param {import("./store.js").Store} store
 * @param {string} state of the connection
 * @param {import("./routes.js").Route} route
 * @param {() => void} redraw
 */
export function frame(store, state, route, redraw) {
  return [
    h(
      "div",
      { class: "bar" },
      service(store),
      h(
        "div",
        { class: "bar-end" },
        health(store),
        connection(state),
        themes(),
        h(
          "button",
          {
            type: "button",
            class: "quiet icon",
            "aria-label": "Keys",
            title: "Keys (?)",
            "data-keys": "",
            onclick: help,
          },
          "?",
        ),
      ),
    ),
    h(
      "nav",
      { "aria-label": "Views" },
      WAYS.map(([name, text]) => way(store, name, text, route)),
      h("a", { href: address("docs") }, "API"),
    ),
    state === "reconnecting" && store.overview ? stale(store) : null,
    store.hasRestarted ? restarted(store, redraw) : null,
  ];
}

/** @param {import("./store.js").Store} store */
function service({ overview }) {
  const { name, version, environment } = overview?.service ?? {};
  return h(
    "div",
    { class: "service" },
    h(
      "svg",
      { class: "logo", viewBox: "0 0 20 20", "aria-hidden": "true" },
      h("path", { d: "M2 12h3.2l2-7 4 12 2.6-8 1.2 3H18" }),
    ),
    h("span", { class: "service-name" }, name ?? "telemetry"),
    version ? h("span", { class: "muted" }, version) : null,
    environment ? h("span", { class: "tag" }, environment) : null,
  );
}

/** @param {import("./store.js").Store} store */
function health({ overview }) {
  const word = overview?.health;
  if (!word) return null;
  return h(
    "a",
    { class: "health", href: "#/exporters", title: "How well telemetry itself does" },
    h("span", { class: "wide-only muted" }, "telemetry "),
    badge(HEALTH[word] ?? "note", word),
  );
}

/** @param {string} state */
function connection(state) {
  const [level, text] = LINKS[state];
  return h(
    "span",
    { class: `link-state ${state}`, role: "status" },
    state === "live" ? h("span", { class: "pulse", "aria-hidden": "true" }) : sign(level),
    h("span", { class: state === "live" ? "link-word" : "" }, text),
  );
}

const THEMES = ["system", "light", "dark"];

function themes() {
  const theme = globalThis.telemetryTheme;
  const text = `Theme: ${theme.current}`;
  /** @param {any} event */
  const onclick = (event) => {
    theme.choose(THEMES[(THEMES.indexOf(theme.current) + 1) % THEMES.length]);
    event.currentTarget.setAttribute("aria-label", `Theme: ${theme.current}`);
    event.currentTarget.title = `Theme: ${theme.current}`;
  };
  return h(
    "button",
    {
      type: "button",
      class: "quiet icon",
      title: text,
      "aria-label": text,
      onclick,
      "data-theme-button": "",
    },
    h(
      "svg",
      { viewBox: "0 0 16 16", "aria-hidden": "true" },
      h("path", { d: "M8 2a6 6 0 1 0 0 12z", class: "fill" }),
      h("path", { class: "stroke", d: "M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12z" }),
    ),
  );
}

/**
 * @param {import("./store.js").Store} store
 * @param {string} name
 * @param {string} text
 * @param {import("./routes.js").Route} route
 */
function way(store, name, text, route) {
  const isHere = route.name === name || (name === "" && route.name === "operations");
  return h(
    "a",
    { key: name, href: href(name), "aria-current": isHere ? "page" : undefined },
    text,
    tally(store, name),
  );
}

/** How many of them want a look. */
function tally(store, name) {
  const number =
    name === "breakers"
      ? store.troubledBreakers().length
      : name === "alerts"
        ? store.overview?.alerts_firing
        : 0;
  return number
    ? h(
        "span",
        { class: "tally" },
        number,
        h("span", { class: "unseen" }, name === "alerts" ? " firing" : " not closed"),
      )
    : null;
}

/** @param {import("./store.js").Store} store */
function stale(store) {
  const text = `The service does not answer. Figures are those of ${clock(store.heardAt)}.`;
  return h("p", { key: "stale", class: "strip" }, sign("warn"), text);
}

/**
 * @param {import("./store.js").Store} store
 * @param {() => void} redraw
 */
function restarted(store, redraw) {
  const onclick = () => {
    store.hasRestarted = false;
    redraw();
  };
  return h(
    "p",
    { class: "strip", role: "status" },
    sign("note"),
    `The service has been started anew ${ago(store.overview?.started_at, store.now())}; totals count from there. `,
    h("button", { type: "button", class: "quiet small", onclick }, "Understood"),
  );
}
