// The keyboard: `/` searches, Escape goes back, `g` and a letter goes to a view.

import { h } from "./dom.js";
import { open } from "./dialog.js";

/** @type {Record<string, [string, string]>} */
const GO = {
  o: ["#/", "Overview"],
  t: ["#/traces", "Traces"],
  b: ["#/breakers", "Breakers"],
  a: ["#/alerts", "Alerts"],
  s: ["#/system", "System"],
  e: ["#/exporters", "Exporters"],
  c: ["#/settings", "Settings"],
};

/** The letter must follow so soon, in milliseconds. */
const SOON = 1500;

/** @param {() => { up?: string }} view */
export function listen(view) {
  let goUntil = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return escape(view());
    if (isTyping(event.target)) return;
    if (goUntil > event.timeStamp && Object.hasOwn(GO, event.key)) {
      goUntil = 0;
      location.hash = GO[event.key][0];
    } else if (event.key === "g") {
      goUntil = event.timeStamp + SOON;
    } else if (event.key === "/") {
      search(event);
    } else if (event.key === "?") {
      help();
    }
  });
}

/** @param {KeyboardEvent} event */
function search(event) {
  event.preventDefault();
  /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"))?.focus();
}

/** @param {{ up?: string }} view */
function escape(view) {
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement) {
    if (focused instanceof HTMLInputElement && focused.value) {
      focused.value = "";
      focused.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      focused.blur();
    }
  } else if (view.up) {
    location.hash = view.up;
  }
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}

export function help() {
  const keys = [
    ["/", "Search"],
    ["Esc", "Empty the search, or go up"],
    ["?", "This list"],
    ["↑ ↓", "Spans of a trace"],
    ["← →", "Fold and unfold spans"],
  ];
  const go = Object.entries(GO).map(([key, [, text]]) => [`g ${key}`, text]);
  open("Keys", [
    h(
      "dl",
      { class: "facts keys" },
      [...keys, ...go].map(([key, text]) =>
        h(
          "div",
          null,
          h(
            "dt",
            null,
            key.split(" ").map((part) => [h("kbd", null, part), " "]),
          ),
          h("dd", null, text),
        ),
      ),
    ),
    h(
      "form",
      { method: "dialog", class: "dialog-actions" },
      h("button", { value: "cancel", autofocus: true }, "Close"),
    ),
  ]);
}
