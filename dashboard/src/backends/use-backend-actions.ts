import { useQueryClient } from '@tanstack/react-query';
import type { Backend } from '../../../contract/backend.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { ask } from '../api/client.ts';
import { newKey } from '../parts/new-key.ts';
import { backendKeys, backendPath, takeOver } from './queries.ts';

/** A definition as it is sent: what the form makes, or the text itself, whose lines the answer then names. */
export type Body = { body: JsonObject } | { body: string; contentType: string };

/** What changes backends. Each throws what the API refuses. */
export function useBackendActions() {
  const queries = useQueryClient();
  const versionPath = (name: string, version: string) =>
    `${backendPath(name)}/versions/${encodeURIComponent(version)}`;
  const readAgain = () => queries.invalidateQueries({ queryKey: backendKeys.all });

  return {
    /** Sent again with the same key, after an answer that was lost, it has its effect once. */
    async create(body: Body, idempotencyKey: string): Promise<Backend> {
      const path = '/v1/backends';
      const reply = await ask<Backend>({ method: 'POST', path, ...body, idempotencyKey });
      await takeOver(queries, reply);
      return reply.data;
    },
    async replace(name: string, body: Body, ifMatch: string): Promise<void> {
      const path = backendPath(name);
      await takeOver(queries, await ask<Backend>({ method: 'PUT', path, ...body, ifMatch }));
    },
    /** `leave`: away from what shows it, before it is read again. */
    async remove(name: string, ifMatch: string, leave: () => void): Promise<void> {
      await ask({ method: 'DELETE', path: backendPath(name), ifMatch });
      leave();
      await readAgain();
    },
    async restore(name: string, revision: number, ifMatch: string): Promise<void> {
      const path = `${backendPath(name)}/revisions/${revision}/restore`;
      await takeOver(queries, await ask<Backend>({ method: 'POST', path, ifMatch }));
    },
    /** `ifMatch` null: it is added, and refused where there is one already. */
    async putVersion(
      name: string,
      version: string,
      config: JsonObject,
      ifMatch: string | null,
    ): Promise<void> {
      await ask({
        method: 'PUT',
        path: versionPath(name, version),
        body: config,
        ...(ifMatch === null ? {} : { ifMatch }),
      });
      await readAgain();
    },
    async removeVersion(name: string, version: string, ifMatch: string): Promise<void> {
      await ask({ method: 'DELETE', path: versionPath(name, version), ifMatch });
      await readAgain();
    },
    async enable(name: string): Promise<void> {
      const path = `/v1/catalog/${encodeURIComponent(name)}/enable`;
      const request = { method: 'POST', path, idempotencyKey: newKey() } as const;
      await takeOver(queries, await ask<Backend>(request));
    },
    async update(name: string, ifMatch: string): Promise<void> {
      const path = `/v1/catalog/${encodeURIComponent(name)}/update`;
      await takeOver(queries, await ask<Backend>({ method: 'POST', path, ifMatch }));
    },
  };
}
