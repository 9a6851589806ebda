import type { FuzzRequest } from './request.ts';

/**
 * The smallest request found for which `stillFails`: without a header, a query parameter, or a part of the body at a
 * time. It tries `attempts` requests at most; what happened meanwhile may keep one from failing again.
 */
export async function shrink(
  request: FuzzRequest,
  stillFails: (smaller: FuzzRequest) => Promise<boolean>,
  attempts = 60,
): Promise<FuzzRequest> {
  let smallest = request;
  let left = attempts;
  for (let isSmaller = true; isSmaller && left > 0; ) {
    isSmaller = false;
    for (const smaller of smallerThan(smallest)) {
      if (left <= 0) break;
      left -= 1;
      if (!(await stillFails(smaller))) continue;
      smallest = smaller;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function smallerThan(request: FuzzRequest): FuzzRequest[] {
  const { headers, query, body } = request;
  const withoutHeaders = Object.keys(headers)
    .filter((name) => name !== 'content-type')
    .map((name) => ({ ...request, headers: without(headers, name) }));
  const withoutQuery = query.map((_, index) => ({
    ...request,
    query: query.filter((_one, other) => other !== index),
  }));
  const withLess =
    body?.kind === 'json'
      ? lessThan(body.value).map((value) => ({
          ...request,
          body: { kind: 'json' as const, value },
        }))
      : [];
  return [...withLess, ...withoutQuery, ...withoutHeaders];
}

/** Each value that has one part less, great parts first. */
function lessThan(value: unknown): unknown[] {
  if (typeof value === 'string' && value.length > 8) return [value.slice(0, value.length / 2)];
  if (Array.isArray(value)) {
    const shorter = value.map((_, index) => value.filter((_one, other) => other !== index));
    const inner = value.flatMap((item, index) =>
      lessThan(item).map((less) => value.map((one, other) => (other === index ? less : one))),
    );
    return [...shorter, ...inner];
  }
  if (typeof value !== 'object' || value === null) return [];
  const object: Record<string, unknown> = { ...value };
  const fewer = Object.keys(object).map((key) => without(object, key));
  const inner = Object.entries(object).flatMap(([key, item]) =>
    lessThan(item).map((less) => ({ ...object, [key]: less })),
  );
  return [...fewer, ...inner];
}

function without<Item>(object: Record<string, Item>, key: string): Record<string, Item> {
  const { [key]: _left, ...rest } = object;
  return rest;
}
