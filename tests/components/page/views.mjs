// Every view at two widths: pictures of it, nothing that axe finds, nothing wider than the window.
//
//   node views.mjs ADDRESS DIRECTORY

import { readFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { assert, inBrowser, modules, more, site, until, visit } from "./browser.mjs";

const [directory] = more;
mkdirSync(directory, { recursive: true });
const axe = readFileSync(join(modules, "axe-core/axe.min.js"), "utf8");

const WIDTHS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const VIEWS = {
  overview: "#/",
  operation: "#/operations/quote_feed.quote",
  traces: "#/traces?status=error",
  breakers: "#/breakers",
  alerts: "#/alerts",
  system: "#/system",
  exporters: "#/exporters",
  settings: "#/settings",
  trace: null,
};

/** The latest error's trace, once there is one. */
async function failedTrace() {
  return until("a trace with an error is kept", async () => {
    const answer = await fetch(
      `${site}/telemetry/api/traces?status=error&operation=quote_feed.quote&limit=1`,
    );
    const { traces } = await answer.json();
    return traces[0]?.trace_id;
  });
}

async function check(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
        .join("; ")}`,
  );
  assert.deepEqual(found, [], `axe finds nothing in ${name}`);
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(excess <= 0, `${name} is ${excess} px wider than the window`);
}

await inBrowser(async (_, { open }) => {
  let pictures = 0;
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open({ viewport, colorScheme, reducedMotion: "reduce" });
      const shoot = async (name) => {
        await check(page, `${name}, ${width}, ${colorScheme}`);
        await page.screenshot({
          path: join(directory, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
        pictures += 1;
      };
      const isRepeated = width === "phone" && colorScheme === "dark";
      for (const [name, hash] of Object.entries(VIEWS)) {
        if (isRepeated && !["overview", "trace"].includes(name)) continue;
        // Late, because newer traces push it out.
        await visit(page, hash ?? `#/traces/${await failedTrace()}`);
        await page.locator("main .panel, main .cards, main .empty").first().waitFor();
        await page.locator("main .loading").waitFor({ state: "detached" });
        await shoot(name);
      }
      await page.goto(`${site}/telemetry/docs`);
      await page.locator(".api-call").first().waitFor();
      await shoot("docs");
      const moves = await page.evaluate(() => document.getAnimations().length);
      assert.equal(moves, 0, "nothing moves for those who want no motion");
      await page.context().close();
    }
  }
  return `${pictures} pictures in ${directory}`;
});
