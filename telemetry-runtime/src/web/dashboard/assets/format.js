// Numbers and times as people read them; an absent value is a dash.

export const ABSENT = "–";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * @param {number | null | undefined} value
 * @returns {value is null | undefined}
 */
export function isAbsent(value) {
  return value === null || value === undefined || Number.isNaN(value);
}

/**
 * Three digits that matter: 0.123, 1.23, 12.3, 123, 1,234.
 *
 * @param {number} value
 */
export function digits(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 100) return grouped.format(value);
  if (size >= 10) return trimmed(value.toFixed(1));
  if (size >= 0.01) return trimmed(value.toFixed(2));
  return trimmed(value.toPrecision(1));
}

/** @param {string} text */
function trimmed(text) {
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

/** @param {number | null | undefined} value */
export function count(value) {
  if (isAbsent(value)) return ABSENT;
  if (value >= 1e9) return `${digits(value / 1e9)} G`;
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  return grouped.format(value);
}

/**
 * Calls a second.
 *
 * @param {number | null | undefined} value
 */
export function rate(value) {
  if (isAbsent(value)) return ABSENT;
  if (value === 0) return "0";
  return value < 0.01
    ? "<0.01"
    : value >= 1e5
      ? count(value)
      : value < 100
        ? value.toFixed(value < 10 ? 2 : 1)
        : grouped.format(value);
}

/**
 * A share; never rounded up to all, nor down to none.
 *
 * @param {number | null | undefined} value
 */
export function percent(value) {
  if (isAbsent(value)) return ABSENT;
  if (value === 0 || value === 1) return `${value * 100} %`;
  const hundredths = Math.min(Math.max(Math.round(value * 10000), 1), 9999);
  const places = hundredths >= 9990 || hundredths < 10 ? 2 : 1;
  const text = (hundredths / 100).toFixed(places);
  return `${text === "100.0" ? "99.9" : text} %`;
}

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (isAbsent(seconds)) return ABSENT;
  if (seconds === 0) return "0 s";
  if (seconds < 0.9995e-6) return `${digits(seconds * 1e9)} ns`;
  if (seconds < 0.9995e-3) return `${digits(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${digits(seconds * 1e3)} ms`;
  return seconds < 120 ? `${digits(seconds)} s` : span(seconds);
}

/**
 * A long time in its two largest units.
 *
 * @param {number} seconds
 */
function span(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, "min", Math.floor(seconds % 60), "s");
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? pair(hours, "h", minutes % 60, "min")
    : pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

/**
 * @param {number} large
 * @param {string} largeUnit
 * @param {number} small
 * @param {string} smallUnit
 */
function pair(large, largeUnit, small, smallUnit) {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
}

/** @param {number | null | undefined} value */
export function bytes(value) {
  if (isAbsent(value)) return ABSENT;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let index = 0;
  let size = value;
  while (Math.abs(size) >= 1024 && index < units.length - 1) {
    size /= 1024;
    index += 1;
  }
  return `${digits(size)} ${units[index]}`;
}

/**
 * By the unit that a gauge has.
 *
 * @param {number | null | undefined} value
 * @param {string | null | undefined} unit
 */
export function quantity(value, unit) {
  if (isAbsent(value)) return ABSENT;
  switch (unit) {
    case "bytes":
      return bytes(value);
    case "seconds":
      return duration(value);
    case "percent":
      return `${digits(value)} %`;
    case "unix_seconds":
      return moment(value);
    default:
      return value >= 1e6 ? count(value) : digits(value);
  }
}

/**
 * How long ago, in one unit.
 *
 * @param {number | null | undefined} at
 * @param {number} now
 */
export function ago(at, now) {
  if (isAbsent(at)) return ABSENT;
  const seconds = Math.max(0, now - at);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

const clocks = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/**
 * The time of day where the reader is.
 *
 * @param {number | null | undefined} at
 */
export function clock(at) {
  return isAbsent(at) ? ABSENT : clocks.format(new Date(at * 1000));
}

/**
 * Date and time to the millisecond.
 *
 * @param {number | null | undefined} at
 */
export function moment(at) {
  if (isAbsent(at)) return ABSENT;
  const date = new Date(at * 1000);
  const millis = String(date.getMilliseconds()).padStart(3, "0");
  return `${dates.format(date)}, ${clocks.format(date)}.${millis}`;
}

/**
 * A machine's word, as text.
 *
 * @param {string | null | undefined} word
 */
export function words(word) {
  return word ? word.replaceAll("_", " ") : ABSENT;
}
