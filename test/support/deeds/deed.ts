import type { AuditedKind } from '../../../contract/audit.ts';
import type { Team, Things } from '../access/team.ts';
import type { Person } from '../person.ts';

/** How an operation is called so that it changes something, and what the audit must say of it. */
export interface Deed {
  /** Makes what the deed needs; gives what paths shall name instead of the team's own things. */
  prepare?: (team: Team) => Promise<Things | undefined>;
  /** Instead of the body that the access table has. Asked for after `prepare`, once. */
  body?: (team: Team) => unknown;
  /** Who does it, signed in at their browser, instead of a token that may. */
  person?: (team: Team) => Person;
  query?: (team: Team) => string;
  /** What is changed; without a name what the path names. */
  kind: AuditedKind;
  name?: (team: Team) => string;
  /** Fields that must be among the differences: JSON Pointers with what they were and what they are. */
  changes: Record<string, [before: unknown, after: unknown]>;
  /** Its line is in the platform's audit: it concerns people of any organisation. */
  isOfPlatform?: true;
  /** Asked for again it changes nothing, and is not told. */
  twiceIsOnce?: true;
}

export const added = (value: unknown): [unknown, unknown] => [null, value];
export const removed = (value: unknown): [unknown, unknown] => [value, null];
/** What stands in bodies and must stand in no line. */
export const canaryOf = ({ name }: Team) => `${name}-canary-value`;
