// What the page weighs on the way, and how soon something of it is seen.

import { assert, inBrowser, until, visit } from "./browser.mjs";

/** Of all files together, as they are sent. */
const MOST = 150 * 1024;

await inBrowser(async (page) => {
  await visit(page);
  const paint = await until("something is painted", () =>
    page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime),
  );
  const files = await page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .filter(({ name }) => !name.includes("/api/"))
      .map(({ name, encodedBodySize, decodedBodySize }) => ({
        name,
        sent: encodedBodySize,
        plain: decodedBodySize,
      })),
  );
  const sent = files.reduce((sum, { sent }) => sum + sent, 0);
  const plain = files.reduce((sum, { plain }) => sum + plain, 0);
  assert.ok(files.length > 20 && sent > 10_000, `all files are seen: ${files.length}, ${sent} bytes`);
  assert.ok(sent <= MOST, `${sent} bytes are sent, more than ${MOST}`);
  assert.ok(plain > 2 * sent, "they are compressed");
  const others = files.filter(({ name }) => new URL(name).origin !== new URL(page.url()).origin);
  assert.deepEqual(others, [], "nothing comes from elsewhere");
  return `${files.length} files, ${(sent / 1024).toFixed(1)} KiB sent (${(plain / 1024).toFixed(1)} KiB plain), first paint after ${paint.toFixed(0)} ms`;
});
