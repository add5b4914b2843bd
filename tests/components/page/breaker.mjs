// A breaker that an outage opened shows everywhere, and a click closes it.

import { assert, inBrowser, metrics, until, visit } from "./browser.mjs";

const NAME = "quote_feed";

const resets = async () =>
  (await metrics())
    .filter(
      ({ name, labels }) =>
        name === "circuit_breaker_transitions_total" &&
        labels.breaker === NAME &&
        labels.from === "open" &&
        labels.to === "closed",
    )
    .reduce((sum, { value }) => sum + value, 0);

await inBrowser(async (page) => {
  await visit(page);
  await page.locator("nav .tally").waitFor();
  await page.locator(".attention").getByText(`The breaker ${NAME} is`).waitFor();
  assert.equal(await resets(), 0, "nobody has reset it yet");

  await page.getByRole("link", { name: /^Breakers/ }).click();
  const card = page.locator(`[data-breaker="${NAME}"]`);
  await page.locator(`[data-breaker="${NAME}"][data-state="open"]`).waitFor();
  await card.locator(".stretch.open").first().waitFor();

  await card.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  assert.equal(await resets(), 0, "what was not confirmed is not done");

  // By itself it asks from time to time, so that it must be caught while it is open.
  await until("it is reset out of `open`", async () => {
    await page.locator(`[data-breaker="${NAME}"][data-state="open"]`).waitFor();
    await card.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
    await page.locator("#messages").getByText("has been reset").last().waitFor();
    return (await resets()) > 0;
  });
  await card.locator(".stretch.closed").first().waitFor();
  return `${NAME} was reset by a click`;
});
