import { Failure } from '../../contract/failure.ts';
import type { AppContext } from './context.ts';

/** A strong entity tag for the revision of what a user wrote. */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** The client holds this revision already: answer 304. */
export function isNotModified(c: AppContext, revision: number): boolean {
  return listed(c.req.header('if-none-match'), etagOf(revision));
}

/** @throws Failure `precondition_failed` when `If-Match` names another revision */
export function checkIfMatch(c: AppContext, revision: number): void {
  const header = c.req.header('if-match');
  if (header !== undefined && !listed(header, etagOf(revision))) {
    throw new Failure(
      'precondition_failed',
      `It has the revision ${revision} now, not the one that If-Match names.`,
    );
  }
}

/** @throws Failure `precondition_required` without `If-Match`, `precondition_failed` when it names another revision */
export function demandIfMatch(c: AppContext, revision: number): void {
  if (c.req.header('if-match') === undefined) {
    throw new Failure(
      'precondition_required',
      `This change could overwrite somebody's. Send If-Match: ${etagOf(revision)} if that is what it is based on.`,
    );
  }
  checkIfMatch(c, revision);
}

function listed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((part) => part.trim() === '*' || part.trim() === etag);
}
