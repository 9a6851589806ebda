import type { Preview } from '../../contract/preview.ts';
import type { Problem } from '../../contract/problem.ts';
import type { Client, Reply } from './client.ts';

/** What a preview answers: either what would be launched, or why not. */
export type PreviewReply = Reply<Preview & Problem>;

export function preview(
  client: Client,
  deployment: Record<string, unknown>,
  host: Record<string, unknown> = { frameworks: ['cpu'], gpu_indexes: [] },
): Promise<PreviewReply> {
  return client.call('POST', '/api/v1/previews', { deployment, host });
}
