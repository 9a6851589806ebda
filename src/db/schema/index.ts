/*
 * Times are milliseconds since 1970 (UTC). Every table is WITHOUT ROWID (written by hand into its migration, since
 * drizzle has no word for it): a text key then costs one written row, not two. Foreign keys refuse what would leave
 * an orphan; where deletion goes downwards it cascades.
 */

export * from './backends.ts';
export * from './control-plane.ts';
export * from './deployments.ts';
export * from './events.ts';
export * from './hosts.ts';
export * from './launches.ts';
export * from './people.ts';
export * from './tenancy.ts';
