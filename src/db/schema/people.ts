import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { TokenRole } from '../../../contract/access.ts';
import { orgs } from './tenancy.ts';

/*
 * People: who they are, how they sign in, and where they belong. What lets somebody in stands here as a hash only, so
 * that a copy of the database signs nobody in.
 */

export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    /** Lower case. */
    email: text('email').notNull(),
    /** True only where an identity provider vouched for the address: we send no mail. */
    emailVerified: integer('email_verified', { mode: 'boolean' }).notNull(),
    name: text('name').notNull(),
    /** Has the platform administrator's role, in every organisation. */
    platform: integer('platform', { mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('users_email').on(table.email)],
);

/** How a user proves who they are: a password (`credential`), or an account at an identity provider (`oidc:ISSUER`). */
export const accounts = sqliteTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    providerId: text('provider_id').notNull(),
    /** The provider's own id of the user; of a password the user's id. */
    accountId: text('account_id').notNull(),
    /** scrypt, as better-auth writes it; null for an account at a provider. */
    password: text('password'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('accounts_provider').on(table.providerId, table.accountId),
    index('accounts_user').on(table.userId),
  ],
);

/** By the hash of its token, so that a request is let in by one row. */
export const sessions = sqliteTable(
  'sessions',
  {
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').primaryKey(),
    id: text('id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** By a sign-in link: its user may set a password without knowing the one before. */
    byLink: integer('by_link', { mode: 'boolean' }).notNull().default(false),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    expiresAt: integer('expires_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [uniqueIndex('sessions_user').on(table.userId, table.id)],
);

export const members = sqliteTable(
  'members',
  {
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').$type<TokenRole>().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orgId, table.userId] }),
    index('members_user').on(table.userId),
  ],
);

/** Open ones: what was accepted or revoked is gone. */
export const invitations = sqliteTable(
  'invitations',
  {
    /** SHA-256 of the code, hex. */
    codeHash: text('code_hash').primaryKey(),
    id: text('id').notNull(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    role: text('role').$type<TokenRole>().notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    uniqueIndex('invitations_org').on(table.orgId, table.id),
    index('invitations_email').on(table.email),
  ],
);

/** What a link gives, beside a session, is given when it is redeemed: until then nothing of the person changes. */
export const signInLinks = sqliteTable(
  'sign_in_links',
  {
    /** SHA-256 of the code, hex. */
    codeHash: text('code_hash').primaryKey(),
    /** Whom it lets in: whoever has this address when it is redeemed. */
    email: text('email').notNull(),
    /** Their id, and their name, where they are made with it. */
    userId: text('user_id').notNull(),
    name: text('name').notNull(),
    /** Where it makes a member, and as what; both null: nowhere. */
    orgId: text('org_id').references(() => orgs.id, { onDelete: 'cascade' }),
    role: text('role').$type<TokenRole>(),
    /** It gives the platform administrator's role. */
    platform: integer('platform', { mode: 'boolean' }).notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    index('sign_in_links_email').on(table.email),
    index('sign_in_links_org').on(table.orgId),
  ],
);
