// Questions that must be answered, and short messages that go away by themselves.

import { h, render } from "./dom.js";

/**
 * Asks before something is done; resolves to whether it shall be.
 *
 * @param {{ title: string, text: string, action: string, isGrave?: boolean }} question
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, action, isGrave }) {
  return new Promise((resolve) => {
    const dialog = open(title, [
      h("p", null, text),
      h(
        "form",
        { method: "dialog", class: "dialog-actions" },
        h("button", { value: "cancel" }, "Cancel"),
        h("button", { value: "go", class: isGrave ? "grave" : "main" }, action),
      ),
    ]);
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"));
  });
}

/**
 * @param {string} title
 * @param {import("./dom.js").Child[]} content
 */
export function open(title, content) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  render(dialog, h("h2", { id: "dialog-title" }, title), content);
  // Last in, so that it runs after those who want the answer.
  dialog.addEventListener("close", () => setTimeout(() => dialog.remove()));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("cancel");
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** How long a message stays, in milliseconds. */
const STAY = 6000;

/**
 * Says what came of an order.
 *
 * @param {string} text
 * @param {"fine" | "bad"} [level]
 */
export function say(text, level = "fine") {
  const place = /** @type {HTMLElement} */ (document.getElementById("messages"));
  const message = document.createElement("p");
  message.className = `message ${level}`;
  message.textContent = text;
  place.append(message);
  setTimeout(() => message.remove(), STAY);
}

/**
 * Does what was asked for and says how it went.
 *
 * @param {() => Promise<unknown>} act
 * @param {string} done
 */
export async function doing(act, done) {
  try {
    await act();
    say(done);
    return true;
  } catch (/** @type {any} */ error) {
    say([error.message, error.remedy].filter(Boolean).join(" "), "bad");
    return false;
  }
}
