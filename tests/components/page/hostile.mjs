// Names, messages and attributes that are markup stay text, in every view.

import { assert, inBrowser, more, until, visit } from "./browser.mjs";

/** What a server of hostile names was given for a name. */
const [provider] = more;

await inBrowser(
  async (page) => {
    await visit(page);
    const row = page.locator(".operations tbody tr", { hasText: provider }).first();
    await row.waitFor();
    await row.locator("a").click();
    await page.getByRole("link", { name: "Waterfall" }).first().click();
    await page.getByRole("treeitem").first().waitFor();
    const trace = new URL(page.url()).hash;
    await until("the attribute is shown", async () =>
      (await page.locator(".span-detail").textContent())?.includes("onerror"),
    );

    for (const hash of [
      "#/",
      trace,
      "#/traces",
      "#/breakers",
      "#/alerts",
      "#/system",
      "#/exporters",
      "#/settings",
      "#/<img src=x onerror=alert(1)>",
      "#/operations/%3Cimg%20src=x%20onerror=alert(2)%3E",
      "#/traces/%3Cscript%3E?span=%3Cb%3E",
      "#/?q=%3Cimg%20src=x%20onerror=alert(3)%3E&sort=__proto__.up&show=constructor",
    ]) {
      await visit(page, hash);
      const made = await page.evaluate(() => ({
        markup: document.querySelectorAll("main img, main script, main iframe, main b b, header img").length,
        inline: document.querySelectorAll("[onclick], [onerror], [onload], [style*=url], a[href^=javascript]")
          .length,
        ran: globalThis.ran,
      }));
      assert.deepEqual(made, { markup: 0, inline: 0, ran: undefined }, hash);
    }
    return "nothing hostile became markup";
  },
  { expected: /404/ },
);
