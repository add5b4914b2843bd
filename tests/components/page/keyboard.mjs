// Everything can be done without a pointer.

import { assert, inBrowser, until, visit } from "./browser.mjs";

const focus = (page) =>
  page.evaluate(
    () =>
      document.activeElement?.textContent?.trim() ||
      document.activeElement?.getAttribute("aria-label") ||
      document.activeElement?.id ||
      "",
  );

await inBrowser(async (page) => {
  await visit(page);
  await page.locator(".operations tbody tr").first().waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focus(page), "Skip to the content");
  await page.keyboard.press("Enter");
  await until("the content has the focus", () => page.evaluate(() => document.activeElement?.id === "main"));
  const ring = await page.evaluate(() => {
    const link = document.querySelector("nav a");
    link.focus();
    return getComputedStyle(link).outlineStyle;
  });
  assert.equal(ring, "solid", "what has the focus shows it");

  const rows = page.locator(".operations tbody tr");
  const all = await rows.count();
  await page.keyboard.press("/");
  await page.keyboard.type("quote_feed");
  await until("the search narrows the table", async () => (await rows.count()) < all);
  assert.match(page.url(), /q=quote_feed/, "the search stands in the address");
  await page.keyboard.press("Escape");
  await until("Escape empties it", async () => (await rows.count()) === all);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "p95" }).focus();
  await page.keyboard.press("Enter");
  const sorted = page.locator("th", { hasText: "p95" }).first();
  await until("the column is sorted", async () => (await sorted.getAttribute("aria-sort")) === "descending");

  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.waitForURL(/#\/traces$/);
  await page.locator("tbody a").first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("treeitem").first().waitFor();
  await page.locator('[role="treeitem"][tabindex="0"]').focus();
  await page.keyboard.press("Home");
  const chosen = page.locator('[role="treeitem"][aria-selected="true"]');
  const first = await until("the first span is chosen", () => chosen.getAttribute("data-span"));
  await page.keyboard.press("ArrowDown");
  await until("the next span is chosen", async () => (await chosen.getAttribute("data-span")) !== first);
  await until("the focus goes along", () => chosen.evaluate((node) => node === document.activeElement));
  await page.keyboard.press("Escape");
  await page.waitForURL(/#\/traces$/);
  return "by keys alone from the overview to a span and back";
});
