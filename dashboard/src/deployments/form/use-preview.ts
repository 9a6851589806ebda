import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { JsonObject } from '../../../../contract/json.ts';
import type { Preview } from '../../../../contract/preview.ts';
import { ask } from '../../api/client.ts';

/** After the last key, so that one is not asked for each letter. */
const PAUSE_MS = 300;

/**
 * What `input` would launch, on the host that is played where one is, rendered by the control plane; a newer input
 * aborts the question about an older one.
 * `last` is the newest that could be rendered, and stays while the next is under way or is refused.
 */
export function usePreview(input: JsonObject, isEnabled: boolean, host?: JsonObject) {
  const newest = JSON.stringify({ deployment: withoutEmptyName(input), host });
  const [text] = useDebouncedValue(newest, PAUSE_MS);
  const query = useQuery({
    queryKey: ['previews', text],
    queryFn: async ({ signal }) => {
      const body: unknown = JSON.parse(text);
      return (await ask<Preview>({ method: 'POST', path: '/v1/previews', body, signal })).data;
    },
    enabled: isEnabled && text === newest,
    refetchInterval: false,
    staleTime: 30_000,
    gcTime: 60_000,
  });
  const last = useRef<Preview | null>(null);
  if (query.data) last.current = query.data;
  return { ...query, last: last.current };
}

/** A preview needs no name, and refuses an empty one. */
function withoutEmptyName({ name, ...rest }: JsonObject): JsonObject {
  return name === undefined ? rest : { name, ...rest };
}
