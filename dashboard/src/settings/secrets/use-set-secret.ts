import type { Secret } from '../../../../contract/secret.ts';
import { ask } from '../../api/client.ts';
import { useForget } from '../queries.ts';

/** Sets a secret, new or another value. Throws what the API refuses. */
export function useSetSecret() {
  const forget = useForget();
  return async (name: string, value: string): Promise<Secret> => {
    const path = `/v1/secrets/${encodeURIComponent(name)}`;
    const { data } = await ask<Secret>({ method: 'PUT', path, body: { value } });
    await forget('secrets');
    return data;
  };
}
