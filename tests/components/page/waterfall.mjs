// From an error in the overview to the span that failed, with all that it says.

import { assert, inBrowser, until, visit } from "./browser.mjs";

await inBrowser(async (page) => {
  await visit(page);
  const row = page.locator(".operations tbody tr", { hasText: "quote_feed.quote" });
  await row.locator(".error-type").first().waitFor();
  await row.locator("a").click();
  const errors = page.getByRole("region", { name: "Recent errors" });
  await errors.getByRole("link", { name: "Waterfall" }).first().click();

  const spans = page.getByRole("treeitem");
  await spans.first().waitFor();
  const failed = page.locator('[role="treeitem"].bad', { hasText: "quote_feed.quote" }).first();
  await failed.click();
  await until("the span is chosen", async () => (await failed.getAttribute("aria-selected")) === "true");
  const detail = page.locator(".span-detail");
  await detail.locator(".badge.bad", { hasText: "error" }).first().waitFor();
  const attributes = await detail.locator(".attributes dt").allTextContents();
  for (const key of ["provider", "operation", "error.type", "code.function.name"]) {
    assert.ok(attributes.includes(key), `${key} stands among ${attributes}`);
  }
  assert.match(await detail.textContent(), /exception/, "the exception's event is there");

  const count = await spans.count();
  assert.ok(count >= 2, "the failed call hangs below its request");
  // A waterfall has an address of its own, and the chosen span stands in it.
  const hash = new URL(page.url()).hash;
  await visit(page, hash);
  await until("the same span is chosen again", async () =>
    (await page.locator('[aria-selected="true"]').textContent())?.includes("quote_feed.quote"),
  );
  return `${count} spans at ${hash}`;
});
