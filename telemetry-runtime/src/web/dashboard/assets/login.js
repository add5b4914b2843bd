// The login form; it leads back to the view that was asked for.

import { address } from "./api.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("login"));
const answer = /** @type {HTMLElement} */ (document.getElementById("answer"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "";
  try {
    const body = new URLSearchParams({
      token: /** @type {HTMLInputElement} */ (form.elements.namedItem("token")).value,
    });
    const reply = await fetch(form.action, {
      method: "POST",
      body,
      redirect: "manual",
      credentials: "same-origin",
    });
    // The answer to a good token leads to the page, which is not followed here: the fragment would be lost.
    if (reply.ok || reply.type === "opaqueredirect")
      location.replace(address("../telemetry") + location.hash);
    else answer.textContent = refusal(reply);
  } catch {
    answer.textContent = "The service does not answer.";
  }
});

/** @param {Response} reply */
function refusal(reply) {
  if (reply.status !== 429)
    return reply.status === 401 ? "That is not the token." : `The service refused it (${reply.status}).`;
  const seconds = Number(reply.headers.get("Retry-After"));
  return seconds > 0
    ? `Too many attempts. Try again in ${seconds} s.`
    : "Too many attempts. Try again later.";
}
