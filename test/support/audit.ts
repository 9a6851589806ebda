import type { AuditLine } from '../../contract/audit.ts';
import type { Client } from './client.ts';

export interface AuditPage {
  items: AuditLine[];
  next_cursor: string | null;
}

export const platformAuditPath = '/api/v1/audit/platform';

/** The first page of the audit of the client's organisation, or of the platform's. */
export async function readAudit(
  client: Client,
  query = '',
  path = '/api/v1/audit',
): Promise<AuditLine[]> {
  const { status, body } = await client.call<AuditPage>('GET', `${path}?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.items;
}
