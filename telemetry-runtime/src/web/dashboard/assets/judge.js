// What is wrong with an operation, in one place, so that every view says the same.

import { percent } from "./format.js";

/** @typedef {import("./parts.js").Level} Level */
/** @typedef {{ level: Level, text: string }} Finding */

/** Fewer calls a second say little about a share. */
const TOO_FEW = 0.05;
const MANY_ERRORS = 0.05;
const MOSTLY_ERRORS = 0.25;
/** Burns by which an error budget of 30 days is gone in 2, and in 30: page, and look. */
const FAST_BURN = 14.4;
const BURN = 1;

/** @type {Level[]} */
const ORDER = ["fine", "note", "warn", "bad"];

/**
 * @param {Level} one
 * @param {Level} other
 */
export function worse(one, other) {
  return ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
}

/** @param {Level} level */
export function weight(level) {
  return ORDER.indexOf(level);
}

/**
 * @param {number | null | undefined} share
 * @param {number} rate
 * @returns {Level}
 */
export function errorLevel(share, rate) {
  if (!share || rate < TOO_FEW) return "fine";
  return share >= MOSTLY_ERRORS ? "bad" : share >= MANY_ERRORS ? "warn" : "fine";
}

/**
 * Both windows must agree: the long one that it matters, the short one that it still lasts.
 *
 * @param {import("./types.js").Row["slo"]} slo
 * @returns {Level}
 */
export function burnLevel(slo) {
  const least = Math.min(slo?.burn_5m ?? 0, slo?.burn_1h ?? 0);
  return least >= FAST_BURN ? "bad" : least > BURN ? "warn" : "fine";
}

/**
 * @param {import("./types.js").Row} row
 * @returns {Finding[]}
 */
export function findings(row) {
  /** @type {Finding[]} */
  const found = [];
  const errors = errorLevel(row.error_rate, row.rate);
  if (errors !== "fine") found.push({ level: errors, text: `${percent(row.error_rate)} of its calls fail` });
  const burn = burnLevel(row.slo);
  if (burn !== "fine")
    found.push({
      level: burn,
      text: `it burns its error budget ${row.slo?.burn_1h?.toFixed(1)} times too fast`,
    });
  return found;
}

/**
 * @param {import("./types.js").Row} row
 * @returns {Level}
 */
export function rowLevel(row) {
  let level = worse(errorLevel(row.error_rate, row.rate), burnLevel(row.slo));
  if (row.breaker_state === "open" || row.breaker_state === "forced_open") level = "bad";
  if (row.breaker_state === "half_open") level = worse(level, "warn");
  return level;
}
