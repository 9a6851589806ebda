import type { Preview } from '../../contract/preview.ts';
import type { Problem } from '../../contract/problem.ts';
import { type Client, newOrg, type Reply } from './client.ts';

/** What a preview answers: either what would be launched, or why not. */
export type PreviewReply = Reply<Preview & Problem>;

export function preview(
  client: Client,
  deployment: Record<string, unknown>,
  host: Record<string, unknown> = { frameworks: ['cpu'], gpu_indexes: [] },
): Promise<PreviewReply> {
  return client.call('POST', '/api/v1/previews', { deployment, host });
}

/** Previews a deployment of `definition` in a new organisation. */
export async function previewOf(
  definition: Record<string, unknown>,
  deployment: Record<string, unknown> = {},
  host?: Record<string, unknown>,
): Promise<PreviewReply> {
  const client = await newOrg();
  const made = await client.call('POST', '/api/v1/backends', definition);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return preview(client, { backend_name: definition.backend_name, ...deployment }, host);
}
