// The page's modules by themselves, in the browser that runs them.

import { assert, inBrowser, visit } from "./browser.mjs";

/** Runs `work` in the page with the module's exports. */
async function within(page, name, work, given) {
  const module = await page.evaluateHandle((path) => import(path), `/telemetry/assets/${name}`);
  return module.evaluate(work, given);
}

const CASES = {
  duration: [
    [null, "–"],
    [0, "0 s"],
    [4e-7, "400 ns"],
    [0.0000052, "5.2 µs"],
    [0.0012, "1.2 ms"],
    [0.99949, "999 ms"],
    [0.99951, "1 s"],
    [9.95, "9.95 s"],
    [119, "119 s"],
    [120, "2 min"],
    [3721, "1 h 2 min"],
    [200000, "2 d 7 h"],
  ],
  percent: [
    [null, "–"],
    [0, "0 %"],
    [1, "100 %"],
    [0.99999, "99.99 %"],
    [0.9995, "99.95 %"],
    [0.872, "87.2 %"],
    [0.00001, "0.01 %"],
    [0.05, "5.0 %"],
  ],
  rate: [
    [null, "–"],
    [0, "0"],
    [0.004, "<0.01"],
    [0.33, "0.33"],
    [51.27, "51.3"],
    [212.4, "212"],
    [123456, "123,456"],
  ],
  count: [
    [null, "–"],
    [0, "0"],
    [190887, "190,887"],
    [1234567, "1.23 M"],
  ],
  bytes: [
    [null, "–"],
    [0, "0 B"],
    [1023, "1,023 B"],
    [41234432, "39.3 MiB"],
  ],
};

const span = (span_id, parent_id, started_at, status = "ok") => ({
  span_id,
  parent_id,
  started_at,
  status,
  duration: 1,
});
const lines = (module, [spans, folded]) =>
  module
    .lines(spans, new Set(folded))
    .map(({ span, depth, descendants, isOrphan }) => [span.span_id, depth, descendants, isOrphan]);

await inBrowser(async (page) => {
  await visit(page);
  for (const [name, cases] of Object.entries(CASES)) {
    for (const [value, text] of cases) {
      const said = await within(page, "format.js", (module, [name, value]) => module[name](value), [
        name,
        value,
      ]);
      assert.equal(said, text, `${name}(${value})`);
    }
  }

  const tree = [span("c", "a", 3), span("a", "far away", 1), span("b", "a", 2), span("d", "b", 2.5)];
  assert.deepEqual(await within(page, "span-tree.js", lines, [tree, []]), [
    ["a", 0, 3, true],
    ["b", 1, 1, false],
    ["d", 2, 0, false],
    ["c", 1, 0, false],
  ]);
  assert.deepEqual(await within(page, "span-tree.js", lines, [tree, ["b"]]), [
    ["a", 0, 3, true],
    ["b", 1, 1, false],
    ["c", 1, 0, false],
  ]);
  const circle = [span("a", "b", 1), span("b", "a", 2), span("e", "e", 3)];
  assert.equal((await within(page, "span-tree.js", lines, [circle, []])).length, 3, "a circle is shown once");
  const deep = Array.from({ length: 5000 }, (_, index) =>
    span(`s${index}`, index ? `s${index - 1}` : null, index),
  );
  assert.equal(
    (await within(page, "span-tree.js", lines, [deep, []])).length,
    5000,
    "a deep trace is no deep stack",
  );

  const order = (module, isDescending) =>
    module
      .sorted(
        [{ v: 2 }, { v: null }, { v: 10 }, { v: 2, second: true }],
        [{ key: "v", value: (item) => item.v }],
        { key: "v", isDescending },
      )
      .map(({ v, second }) => (second ? "2b" : v));
  assert.deepEqual(
    await within(page, "table.js", order, true),
    [10, 2, "2b", null],
    "absent values come last",
  );
  assert.deepEqual(await within(page, "table.js", order, false), [2, "2b", 10, null]);

  const address = (module, hash) => {
    const { name, id, query } = module.parse(hash);
    return [name, id, query.get("q")];
  };
  assert.deepEqual(await within(page, "routes.js", address, "#/operations/a%2Fb%3F.c?q=%26"), [
    "operations",
    "a/b?.c",
    "&",
  ]);
  assert.deepEqual(
    await within(page, "routes.js", address, "#/traces/%E0%A4%A"),
    ["traces", "%E0%A4%A", null],
    "a broken address is no mistake",
  );
  assert.equal(
    await within(
      page,
      "routes.js",
      (module) => module.href("operations", "a/b?.c", { q: "&", none: null }),
      null,
    ),
    "#/operations/a%2Fb%3F.c?q=%26",
  );

  await keepsWhatIsThere(page);
  for (const away of ["https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)"]) {
    const made = within(
      page,
      "dom.js",
      ({ h, render }, href) => render(document.createElement("p"), h("a", { href })),
      away,
    );
    await assert.rejects(made, /leads out of the page/, away);
  }
  return "formats, trees, orders, addresses and the renderer do what they say";
});

/** Rows keep their elements when they move, and the focus stays in its own. */
async function keepsWhatIsThere(page) {
  const seen = await within(page, "dom.js", ({ h, render }) => {
    const root = document.body.appendChild(document.createElement("div"));
    const draw = (keys) =>
      render(
        root,
        keys.map((key) => h("button", { key, class: key }, key, key === "b" ? null : h("i", null, "!"))),
      );
    draw(["a", "b", "c"]);
    const [a, b, c] = root.children;
    b.focus();
    draw(["c", "b", "d", "a"]);
    const isSame = root.children[0] === c && root.children[1] === b && root.children[3] === a;
    const isFocused = document.activeElement === b;
    const text = root.textContent;
    draw([]);
    const left = root.childNodes.length;
    root.remove();
    return { isSame, isFocused, text, left };
  });
  assert.deepEqual(seen, { isSame: true, isFocused: true, text: "c!bd!a!", left: 0 });
}
