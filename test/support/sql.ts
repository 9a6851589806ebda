import { createClient, type Row } from '@libsql/client/http';
import { inject } from 'vitest';

/** Asks the database of the shared stack itself, past the control plane. */
export async function sql(text: string, args: (string | number)[] = []): Promise<Row[]> {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  return (await createClient({ url, authToken }).execute({ sql: text, args })).rows;
}
