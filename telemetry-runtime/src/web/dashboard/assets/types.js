// What the server answers, for those who read the code; any field may be absent.

/**
 * @typedef {object} Row one operation, over the last minute
 * @property {string} id `provider.operation`
 * @property {string} provider
 * @property {string} operation
 * @property {string} kind
 * @property {number} rate calls a second
 * @property {number | null} success_rate
 * @property {number | null} p50 seconds
 * @property {number | null} p95 seconds
 * @property {number | null} p99 seconds
 * @property {number} active
 * @property {number} calls since the start, as all totals
 * @property {Record<string, number>} errors totals by type
 * @property {number | null} error_rate a fraction
 * @property {number} rejected
 * @property {number} cancelled
 * @property {number} panicked
 * @property {number[]} spark calls a second, oldest first
 * @property {string | null} breaker
 * @property {string | null} breaker_state
 * @property {{ latency: number, target: number, burn_5m: number | null, burn_1h: number | null } | null} slo
 */

/**
 * @typedef {object} Overview
 * @property {{ name: string, version: string | null, environment: string | null }} service
 * @property {number} now unix seconds, as all times
 * @property {number} started_at
 * @property {number} window seconds
 * @property {{ rate: number, success_rate: number | null, error_rate: number | null, active: number, p95: number | null }} totals
 * @property {Row[]} operations
 * @property {HttpRoute[]} http
 * @property {Edge[]} edges
 * @property {{ name: string, state: string }[]} breakers
 * @property {number} alerts_firing
 * @property {string} health
 */

/**
 * @typedef {{ method: string, path: string, rate: number, p50: number | null, p95: number | null, p99: number | null, active: number, errors: number }} HttpRoute
 * @typedef {{ from: string, to: string, rate: number, error_rate: number | null, p95: number | null }} Edge
 * @typedef {{ trace_id: string, root: string, provider: string, operation: string, started_at: number, duration: number, spans: number, errors: number, status: string, service: string }} TraceSummary
 */

/**
 * @typedef {object} Span
 * @property {string} span_id
 * @property {string | null} parent_id
 * @property {string} name
 * @property {string} kind
 * @property {number} started_at
 * @property {number} duration
 * @property {string} status
 * @property {string | null} status_message
 * @property {[string, unknown][]} attributes
 * @property {{ name: string, at: number, attributes: [string, unknown][] }[]} events
 * @property {{ trace_id: string, span_id: string }[]} links
 */

/**
 * @typedef {{ at: number, level: string, target: string, message: string, span_id: string | null, attributes: [string, unknown][] }} Log
 * @typedef {{ trace_id: string, started_at: number, duration: number, complete: boolean, spans: Span[], logs: Log[] }} Trace
 */

export {};
