// Totals on the page are those of /metrics, for every operation and every type of error.

import { address, assert, inBrowser, metrics, number, tile, visit } from "./browser.mjs";

await inBrowser(async (page) => {
  const series = (await metrics()).filter(({ name }) => name.startsWith("adapter_"));
  const sum = (name, wanted) =>
    series
      .filter(
        (each) =>
          each.name === name &&
          Object.entries(wanted).every(([key, value]) => [value].flat().includes(each.labels[key])),
      )
      .reduce((total, { value }) => total + value, 0);

  await visit(page);
  const ids = await page.locator(".operations tbody th a").allTextContents();
  const known = new Set(
    series
      .filter(({ name }) => name === "adapter_requests_total")
      .map(({ labels }) => `${labels.provider}.${labels.operation}`),
  );
  assert.deepEqual(new Set(ids), known, "the overview lists what /metrics lists");

  let calls = 0;
  let failed = 0;
  for (const id of ids) {
    const [provider, operation] = id.split(".");
    await visit(page, `#/operations/${id}`);
    const of = { provider, operation };
    const all = sum("adapter_requests_total", of);
    await tile(page, "Calls since start").waitFor();
    assert.equal(number(await tile(page, "Calls since start").textContent()), all, `calls of ${id}`);
    const rejected = sum("adapter_requests_total", { ...of, status: "rejected" });
    const note = (await page.locator(".tile-note").allTextContents()).join();
    assert.equal(
      /([\d,]+) rejected/.exec(note)?.[1] ?? "0",
      rejected.toLocaleString("en-US"),
      `rejected by ${id}`,
    );
    const rows = page.getByRole("region", { name: "Errors by type" }).locator("tbody tr");
    const shown = Object.fromEntries(
      await rows.evaluateAll((all) => all.map((row) => [row.cells[0].textContent, row.cells[3].textContent])),
    );
    const counted = series.filter(
      ({ name, labels, value }) =>
        name === "adapter_errors_total" &&
        labels.provider === provider &&
        labels.operation === operation &&
        value > 0,
    );
    assert.deepEqual(
      shown,
      Object.fromEntries(
        counted.map(({ labels, value }) => [labels.error_type, value.toLocaleString("en-US")]),
      ),
      `errors of ${id}`,
    );
    calls += all;
    failed += counted.length;
  }
  assert.ok(
    calls > 1000 && failed > 0,
    `there is something to compare: ${calls} calls, ${failed} types of errors`,
  );
  return `${ids.length} operations of ${address} agree with /metrics in ${calls} calls and ${failed} types of errors`;
});
