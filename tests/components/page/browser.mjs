// A browser with a page of the live page in it, for the scripts of this directory.
//
//   NODE_MODULES=.. CHROMIUM=.. node SCRIPT.mjs ADDRESS [MORE]
//
// A script ends with 0 and a line of what it saw, or says what is wrong.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const modules = process.env.NODE_MODULES;
const { chromium } = await import(pathToFileURL(join(modules, "playwright-core/index.mjs")).href);

export { assert, modules };
export const [address, ...more] = process.argv.slice(2);
export const site = address.includes("://") ? address : `http://${address}`;

/** How long anything may take, in milliseconds: two ticks of the stream, on a machine that builds meanwhile. */
export const SOON = 30_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-color-profile=srgb",
];

/**
 * Runs `test` in a browser of its own; whatever the page throws or its policy refuses is a failure.
 *
 * @param {(page: import("playwright-core").Page, tools: any) => Promise<string>} test
 * @param {{ context?: object, flags?: string[], expected?: RegExp }} [options] `expected` are errors that belong to it
 */
export async function inBrowser(test, { context = {}, flags = [], expected } = {}) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: [...FLAGS, ...flags] });
  const wrong = [];
  const watch = (page) => {
    page.setDefaultTimeout(SOON);
    page.on("pageerror", (error) => wrong.push(`the page throws ${error.stack}`));
    page.on("console", (message) => {
      if (message.type() === "error") wrong.push(`the console says ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
      wrong.push(`a script asked ${dialog.message()}`);
      dialog.dismiss();
    });
    return page;
  };
  const open = async (options) => {
    const made = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    return watch(await made.newPage());
  };
  try {
    const said = await test(await open(context), { open });
    const unexpected = wrong.filter((each) => !expected?.test(each));
    assert.deepEqual(unexpected, [], "nothing is thrown, refused or logged as an error");
    console.log(said);
  } finally {
    await browser.close();
  }
}

/**
 * Polls until `look` answers something true, and returns it.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} look
 * @param {number} [within] milliseconds
 */
export async function until(what, look, within = SOON) {
  const deadline = Date.now() + within;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(Date.now() < deadline, `${what}, but not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Opens a view, and waits until the stream has said the overview. */
export async function visit(page, hash = "#/") {
  await page.goto("about:blank");
  await page.goto(`${site}/telemetry${hash}`);
  await page.locator(".link-state.live").waitFor();
}

/** The series of `/metrics` by name, each with its labels and its value. */
export async function metrics() {
  const text = await (await fetch(`${site}/metrics`)).text();
  const series = text
    .split("\n")
    .map((line) => /^([a-z_:]+)(?:\{(.*)\})? (\S+)/.exec(line))
    .filter(Boolean);
  return series.map(([, name, labels, value]) => ({
    name,
    labels: Object.fromEntries(
      [...(labels ?? "").matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]),
    ),
    value: Number(value),
  }));
}

/** The figure under the label of a tile. */
export function tile(page, label) {
  return page.locator(".tile", { has: page.getByText(label, { exact: true }) }).locator(".figure");
}

/** `1,234` as the page writes numbers. */
export function number(text) {
  return Number(text.replaceAll(",", ""));
}
