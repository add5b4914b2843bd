// The service goes away and comes back; the page says so, and goes on by itself.
//
// It says `live` once it is, and the one who runs it stops the service; then `reconnecting`, and it is started anew.

import { assert, inBrowser, until, visit } from "./browser.mjs";

await inBrowser(
  async (page) => {
    await visit(page);
    await page.evaluate(() => (globalThis.isSame = true));
    await page.locator(".operations tbody tr").first().waitFor();
    console.log("page: live");
    await page.locator(".link-state.reconnecting").waitFor();
    assert.ok(await page.locator(".operations tbody tr").count(), "what was known stays");
    console.log("page: reconnecting");
    await page.locator(".link-state.live").waitFor();
    await page.getByText("The service has been started anew").waitFor();
    const shown = () => page.locator(".operations tbody td:nth-child(2)").allTextContents();
    await until("figures of the new run", async () => (await shown()).some((rate) => Number(rate) > 0));
    assert.ok(await page.evaluate(() => globalThis.isSame), "nobody has loaded it again");
    return "the page has come back with the service";
  },
  { expected: /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|Failed to load resource/ },
);
