import { sql } from 'drizzle-orm';

/** The order of what the clock sees to where there may be more than it can: nobody waits for others each time. */
export const byLot = sql`random()`;
