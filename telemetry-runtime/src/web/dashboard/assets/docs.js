// A description by OpenAPI, as a page.

import { empty, failure, link, panel, search } from "./parts.js";
import { h, render } from "./dom.js";
import { example, typeName } from "./schema.js";
import { table } from "./table.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

const place = /** @type {HTMLElement} */ (document.getElementById("main"));
const source = document.querySelector('meta[name="openapi"]')?.getAttribute("content") ?? "openapi.json";
const shown = { text: "" };

/** @param {any} spec */
function draw(spec) {
  const calls = all(spec).filter(isWanted);
  const tags = [...new Set(calls.map(({ tag }) => tag))];
  const change = (/** @type {string} */ text) => {
    shown.text = text;
    draw(spec);
  };
  render(
    place,
    h(
      "div",
      { class: "view-head" },
      h(
        "div",
        { class: "heading" },
        h("h1", null, spec.info?.title ?? "API"),
        h(
          "p",
          { class: "sub" },
          spec.info?.version ? h("span", { class: "tag" }, spec.info.version) : null,
          link(source, "openapi.json"),
          source.startsWith("/telemetry/") ? link("/telemetry", "Back to the page") : null,
        ),
      ),
      search("Search", shown.text, change),
    ),
    spec.info?.description ? h("p", { class: "long" }, prose(spec.info.description)) : null,
    calls.length
      ? tags.map((tag) =>
          panel(
            tag,
            {},
            calls.filter((call) => call.tag === tag).map((call) => callOf(call, spec)),
          ),
        )
      : empty("No call matches."),
  );
}

/** @param {any} spec */
function all(spec) {
  return Object.entries(spec.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({
      path,
      method,
      call: item[method],
      shared: item.parameters ?? [],
      tag: item[method].tags?.[0] ?? "Calls",
    })),
  );
}

/** @param {any} each */
function isWanted({ path, method, call }) {
  const text = `${method} ${path} ${call.summary ?? ""} ${call.description ?? ""}`.toLowerCase();
  return shown.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/**
 * @param {any} each
 * @param {any} spec
 */
function callOf({ path, method, call, shared }, spec) {
  const parameters = [...shared, ...(call.parameters ?? [])];
  const bodies = Object.entries(call.requestBody?.content ?? {});
  return h(
    "article",
    { key: `${method} ${path}`, class: "api-call" },
    h("h3", null, h("span", { class: "method" }, method.toUpperCase()), path),
    call.summary || call.description
      ? h("p", { class: "long" }, prose([call.summary, call.description].filter(Boolean).join("\n")))
      : null,
    parameters.length ? parametersOf(parameters, `${method} ${path}`, spec) : null,
    bodies.map(([type, { schema }]) => shape(`Body: ${type}`, schema, spec)),
    Object.entries(call.responses ?? {}).map(([status, answer]) => answerOf(status, answer, spec)),
  );
}

/**
 * @param {any[]} parameters
 * @param {string} of
 * @param {any} spec
 */
function parametersOf(parameters, of, spec) {
  return table({
    caption: `Parameters of ${of}`,
    items: parameters,
    key: (each) => `${each.in} ${each.name}`,
    columns: [
      {
        key: "name",
        label: "Parameter",
        isName: true,
        cell: (each) => [
          h("code", null, each.name),
          each.required ? h("span", { class: "muted" }, " required") : null,
        ],
      },
      { key: "in", label: "In", cell: (each) => each.in },
      { key: "type", label: "Type", cell: (each) => typeName(each.schema, spec) },
      {
        key: "description",
        label: "Meaning",
        class: "message-column",
        cell: (each) => prose(each.description),
      },
    ],
  });
}

/**
 * @param {string} status
 * @param {any} answer
 * @param {any} spec
 */
function answerOf(status, answer, spec) {
  const text = `${status} ${answer.description ?? ""}`;
  const [first] = Object.entries(answer.content ?? {});
  return first
    ? shape(`${text} (${first[0]})`, first[1].schema, spec)
    : h("p", { key: status, class: "muted" }, text);
}

/**
 * A text in which names stand in backticks.
 *
 * @param {string | undefined} text
 */
function prose(text) {
  return (text ?? "").split("`").map((part, index) => (index % 2 ? h("code", null, part) : part));
}

/**
 * @param {string} title
 * @param {any} schema
 * @param {any} spec
 */
function shape(title, schema, spec) {
  return h(
    "details",
    { key: title },
    h("summary", null, prose(title)),
    h("pre", { tabindex: "0" }, JSON.stringify(example(schema, spec), null, 2)),
  );
}

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  /** @type {HTMLInputElement | null} */ (place.querySelector("[data-search]"))?.focus();
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  place.focus();
});
try {
  const answer = await fetch(source, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The description cannot be had: the service answered ${answer.status}.`);
  const spec = await answer.json();
  document.title = spec.info?.title ?? document.title;
  draw(spec);
} catch (error) {
  render(place, failure(error));
}
