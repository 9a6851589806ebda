import type { Role } from '../../contract/access.ts';

/** Who acts, and what they may. */
export type Actor =
  /** Holds the control plane's ADMIN_TOKEN. */
  | { kind: 'platform_administrator'; role: 'platform' }
  | {
      kind: 'token';
      role: Role;
      tokenId: string;
      name: string;
      /** Milliseconds since 1970; null: never. */
      expiresAt: number | null;
    }
  /** Signed in. */
  | {
      kind: 'person';
      role: Role;
      userId: string;
      email: string;
      name: string;
      sessionId: string;
      /** Milliseconds since 1970. */
      expiresAt: number;
    };

export const platformAdministrator: Actor = { kind: 'platform_administrator', role: 'platform' };

/** The actor as revisions and events name it. No two have the same, so that what counts by actor may count by it. */
export function authorOf(actor: Actor): string {
  switch (actor.kind) {
    case 'platform_administrator':
      return 'admin';
    case 'token':
      return `token:${actor.name} (${actor.tokenId})`;
    case 'person':
      return `${actor.email} (${actor.userId})`;
  }
}

/** What `actor` was let in by: of two sessions of one person each is one. */
export function credentialOf(actor: Actor): string {
  switch (actor.kind) {
    case 'platform_administrator':
      return 'admin';
    case 'token':
      return actor.tokenId;
    case 'person':
      return actor.sessionId;
  }
}

/** @returns why `actor` may not do what takes the role `needed`, for a person to read */
export function lacksRole(actor: Actor, needed: Role): string {
  return `This takes the role "${needed}", and ${authorOf(actor)} has "${actor.role}".`;
}
