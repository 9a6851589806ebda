/**
 * In USD, beyond what a plan includes. They are figures of the vendors' pages as of mid-2026, looked up for this project
 * and not again for a run. Where it says "assumed" nobody has checked the page: put in your own.
 */
const million = 1e6;

export const asOf = 'mid-2026';

/** https://developers.cloudflare.com/workers/platform/pricing; a run of the cron is a request too. */
export const perWorkerRequest = 0.3 / million;

/** https://developers.cloudflare.com/durable-objects/platform/pricing; a call, an upgrade and an alarm are one each. */
export const perObjectRequest = 0.15 / million;
/** 12.50 per million GB-seconds, of 128 MB. Only while it runs: one that may hibernate is not billed. */
export const perObjectSecond = 1.6e-6;
/** Assumed, 2026-11; an alarm that is set counts as a row written. */
export const perObjectRowWritten = 1 / million;
/** Assumed, 2026-11. */
export const perObjectRowRead = 0.001 / million;
/** Not charged where the runtime answers by itself; 1/20 of a request if they were. */
export const requestsPerMessage = 1 / 20;

/** https://turso.tech/pricing, about. */
export const perDatabaseRowWritten = 1 / million;
export const perDatabaseRowRead = 1 / 1e9;
