// What a JSON Schema of an OpenAPI description looks like when it is filled in.

/** Deeper, a shape that holds itself would never end. */
const DEEPEST = 6;

/**
 * @param {any} schema
 * @param {any} spec
 */
export function resolve(schema, spec) {
  let found = schema;
  for (let hops = 0; found?.$ref && hops < DEEPEST; hops += 1) {
    const names = String(found.$ref).replace(/^#\//, "").split("/");
    found = names.reduce((at, name) => at?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], spec);
  }
  return found ?? {};
}

/**
 * @param {any} schema
 * @param {any} spec
 * @returns {string}
 */
export function typeName(schema, spec) {
  const known = resolve(schema, spec);
  if (known.enum) return known.enum.map((/** @type {unknown} */ each) => JSON.stringify(each)).join(" | ");
  const variants = known.oneOf ?? known.anyOf;
  if (variants) return variants.map((/** @type {any} */ each) => typeName(each, spec)).join(" | ");
  if (known.type === "array") return `${typeName(known.items, spec)}[]`;
  return [known.type ?? "any"].flat().join(" | ");
}

/**
 * A value of the shape: the example if it has one, else the names of the types in their places.
 *
 * @param {any} schema
 * @param {any} spec
 * @param {number} [depth]
 * @returns {unknown}
 */
export function example(schema, spec, depth = 0) {
  const known = resolve(schema, spec);
  if (known.example !== undefined) return known.example;
  if (depth > DEEPEST) return "…";
  const variants = (known.oneOf ?? known.anyOf)?.filter((/** @type {any} */ each) => each.type !== "null");
  if (variants?.length) return example(variants[0], spec, depth + 1);
  if (known.allOf)
    return Object.assign({}, ...known.allOf.map((/** @type {any} */ each) => example(each, spec, depth + 1)));
  const types = [known.type ?? (known.properties ? "object" : "any")].flat();
  if (types.includes("array")) {
    if (known.prefixItems)
      return known.prefixItems.map((/** @type {any} */ each) => example(each, spec, depth + 1));
    return [example(known.items, spec, depth + 1)];
  }
  if (!types.includes("object")) return typeName(known, spec);
  const fields = Object.entries(known.properties ?? {}).map(([name, each]) => [
    name,
    example(each, spec, depth + 1),
  ]);
  const others = known.additionalProperties;
  if (others && typeof others === "object") fields.push(["…", example(others, spec, depth + 1)]);
  return Object.fromEntries(fields);
}
