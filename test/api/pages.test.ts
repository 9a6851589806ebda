import { expect, test } from 'vitest';
import { newOrg, type Reply } from '../support/client.ts';

interface Page {
  items: { name: string }[];
  next_cursor: string | null;
}

test('a list is walked by its Link headers alone: each item once, filters and limit kept, and it ends', async () => {
  const client = await newOrg();
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await client.call('PUT', `/api/v1/secrets/${name}`, { value: 'x' });
  }
  const names: string[] = [];
  let path: string | undefined = '/api/v1/secrets?limit=2';
  for (let pages = 0; path !== undefined && pages < 5; pages += 1) {
    const { body, headers }: Reply<Page> = await client.call<Page>('GET', path);
    names.push(...body.items.map(({ name }) => name));
    const link: string | null = headers.get('link');
    expect(link === null).toBe(body.next_cursor === null);
    path = link === null ? undefined : /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
    if (path) expect(path).toMatch(/^\/api\/v1\/secrets\?limit=2&cursor=[^&]+$/);
  }
  expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);

  const filtered = await client.call(
    'GET',
    '/api/v1/catalog?source=built_in&source=community&limit=1',
  );
  expect(filtered.headers.get('link')).toMatch(
    /^<\/api\/v1\/catalog\?source=built_in&source=community&limit=1&cursor=/,
  );
});
