// Who is not of this machine sees nothing without the token; with it, everything.
//
//   node refused.mjs ADDRESS TOKEN    a service on all interfaces, whose token that is
//   node refused.mjs ADDRESS          one without a token

import { networkInterfaces } from "node:os";

import { assert, inBrowser, more, site, until } from "./browser.mjs";

const [token] = more;
const port = new URL(site).port;
const PATHS = ["/telemetry", "/telemetry/api/overview", "/telemetry/api/stream", "/telemetry/docs"];

/** An address of this machine by which it is not `loopback`. */
const own = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

/** What a page at `from` gets of each path. */
async function statuses(open, from, options = {}) {
  const page = await open(options);
  const seen = [];
  for (const path of PATHS) {
    const answer = await page.goto(`${from}${path}`);
    seen.push(answer.status() === 200 && answer.url().includes("/login") ? "login" : answer.status());
  }
  await page.context().close();
  return seen;
}

const isRefused = (seen) => seen.every((status) => [401, 403, "login"].includes(status));

await inBrowser(
  async (page, { open }) => {
    const said = [];
    assert.equal((await page.goto(`${site}/telemetry`)).status(), 200, "this machine is admitted");

    // A name that somebody else's server gave to the loopback address.
    assert.ok(isRefused(await statuses(open, `http://evil.example:${port}`)), "a foreign name is refused");
    said.push("a foreign Host");
    for (const header of ["x-forwarded-for", "forwarded", "x-real-ip", "via"]) {
      const seen = await statuses(open, site, { extraHTTPHeaders: { [header]: "127.0.0.1" } });
      assert.ok(isRefused(seen), `${header} is refused: ${seen}`);
    }
    said.push("forwarding headers");
    if (own) {
      const seen = await statuses(open, `http://${own}:${port}`);
      assert.ok(isRefused(seen), `a peer that is not loopback is refused: ${seen}`);
      said.push("another peer");
    }
    if (token && own) said.push(await logsIn(open, `http://${own}:${port}`));
    return `refused: ${said.join(", ")}`;
  },
  {
    flags: ["--host-resolver-rules=MAP evil.example 127.0.0.1"], // Refusals, icons that refused pages do not name, and a policy that browsers heed only where they trust the name.
    expected: /40[134]|ERR_ABORTED|Cross-Origin-Opener-Policy/,
  },
);

async function logsIn(open, from) {
  const page = await open();
  await page.goto(`${from}/telemetry#/breakers`);
  await page.getByLabel(/token/i).fill("not the token");
  await page.getByRole("button", { name: "Log in" }).click();
  await until("a wrong token is refused", async () => (await page.getByRole("alert").textContent())?.trim());
  await page.getByLabel(/token/i).fill(token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator(".link-state.live").waitFor();
  assert.match(page.url(), /#\/breakers$/, "the form leads to the view that was asked for");
  const cookies = await page.context().cookies();
  assert.ok(
    cookies.length &&
      cookies.every(
        ({ httpOnly, sameSite, value }) => httpOnly && sameSite === "Strict" && !value.includes(token),
      ),
    "the cookie is out of reach of scripts and sites, and not the token",
  );
  return "and a token logs in";
}
