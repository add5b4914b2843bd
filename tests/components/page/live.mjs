// Figures move by themselves: nothing is loaded again.

import { assert, inBrowser, number, tile, until, visit } from "./browser.mjs";

await inBrowser(async (page) => {
  await visit(page);
  await page.evaluate(() => (globalThis.isSame = true));
  const row = page.locator(".operations tbody tr", { hasText: "quote_cache.get" });
  const line = () => row.locator(".spark-line").getAttribute("d");
  const first = await line();
  await until("the sparkline moves", async () => (await line()) !== first);
  await until(
    "so do the calls a second",
    async () => number(await row.locator("td").first().textContent()) > 0,
  );

  await row.locator("a").click();
  await tile(page, "Calls since start").waitFor();
  const calls = async () => number(await tile(page, "Calls since start").textContent());
  const before = await calls();
  const after = await until("calls are added", async () => {
    const now = await calls();
    return now > before && now;
  });
  assert.ok(await page.evaluate(() => globalThis.isSame), "it is the same document");
  return `${before} calls became ${after} without a reload`;
});
