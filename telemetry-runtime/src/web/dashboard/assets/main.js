// The page: its frame, its stream, and the view that the address names.

import { alerts } from "./view-alerts.js";
import { breakers } from "./view-breakers.js";
import { exporters } from "./view-exporters.js";
import { listen } from "./keys.js";
import { operation } from "./view-operation.js";
import { overview } from "./view-overview.js";
import { settings } from "./view-settings.js";
import { system } from "./view-system.js";
import { trace } from "./view-trace.js";
import { traces } from "./view-traces.js";
import { empty, link } from "./parts.js";
import { frame } from "./frame.js";
import { render } from "./dom.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";
import * as routes from "./routes.js";

/**
 * @typedef {object} View
 * @property {string} title
 * @property {() => import("./dom.js").Child} draw
 * @property {() => void} [close]
 * @property {string} [up] where Escape leads
 * @property {boolean} [isLive] drawn anew with each change of the stream
 *
 * @typedef {{ store: Store, route: routes.Route, redraw: () => void }} Page
 */

const store = new Store();
const place = { header: element("header"), main: element("main") };

/** @type {View} */
let view;
/** @type {routes.Route} */
let route;
let linkState = "connecting";
let isDrawing = false;

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** Once a frame at most, however often it is asked for. */
function redraw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
}

function draw() {
  render(place.header, frame(store, linkState, route, redraw));
  render(place.main, view.draw());
}

/** @type {Record<string, (page: Page) => View>} */
const VIEWS = { "": overview, alerts, breakers, exporters, settings, system, traces };
const WITH_ID = { operations: operation, traces: trace };

/** @param {Page} page */
function chosen(page) {
  const { name, id } = page.route;
  if (id && Object.hasOwn(WITH_ID, name)) return WITH_ID[name](page);
  if (!id && Object.hasOwn(VIEWS, name)) return VIEWS[name](page);
  return {
    title: "Not found",
    draw: () => empty("There is no such view.", link("#/", "Go to the overview")),
  };
}

function arrive() {
  const isFirst = !view;
  view?.close?.();
  route = routes.parse(location.hash);
  view = chosen({ store, route, redraw });
  // A view of its own: nothing of the last one is taken over.
  render(place.main);
  draw();
  showWay();
  retitle();
  if (isFirst) return;
  scrollTo(0, 0);
  place.main.focus({ preventScroll: true });
}

/** On a phone not all ways have room. Not by scrollIntoView, from where the next Tab would go on. */
function showWay() {
  const here = document.querySelector("nav [aria-current]");
  const nav = here?.parentElement;
  if (!(here instanceof HTMLElement) || !nav) return;
  nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

function retitle() {
  const name = store.overview?.service?.name;
  document.title = [view.title, name ?? "telemetry"].join(" · ");
}

// The fragment of the address names the view, so that it cannot name a place in the page too.
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  place.main.focus();
});
addEventListener("hashchange", arrive);
listen(() => view);
arrive();

new Stream({
  overview(data) {
    store.replace(data);
    retitle();
    redraw();
  },
  tick(data) {
    store.change(data);
    redraw();
  },
  state(state) {
    if (state === linkState) return;
    linkState = state;
    redraw();
  },
}).follow();
