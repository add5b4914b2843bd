// Nothing is sampled, until a click asks for the next calls, or a form changes the ratio.

import { assert, inBrowser, site, until, visit } from "./browser.mjs";

const ID = "quote_cache.get";

const live = async () => (await (await fetch(`${site}/telemetry/api/settings`)).json()).live;

await inBrowser(async (page) => {
  await visit(page, `#/operations/${ID}`);
  const traces = page.getByRole("region", { name: "Slowest traces" });
  await traces.getByText("No trace of it is kept.").waitFor();
  await traces.getByRole("button", { name: "Record the next 20" }).click();
  await page.locator("#messages").getByText("will be recorded").waitFor();
  await traces.locator("tbody tr").first().waitFor();
  await traces.getByRole("link").nth(1).click();
  await page.getByRole("treeitem", { name: ID }).first().waitFor();

  assert.equal((await live()).sampling_ratio, 0);
  await visit(page, "#/settings");
  const ratio = page.getByLabel(/sampled, in percent/);
  await ratio.fill("250");
  await until("no more than all can be sampled", () => page.getByRole("button", { name: "Apply" }).isDisabled());
  await ratio.fill("25");
  await page.getByRole("button", { name: "Apply" }).click();
  await until("the ratio holds", async () => (await live()).sampling_ratio === 0.25);
  return "calls were recorded by a click, and the ratio was changed by a form";
});
