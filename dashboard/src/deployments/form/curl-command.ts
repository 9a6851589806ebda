import type { JsonObject } from '../../../../contract/json.ts';
import { shellQuoted } from '../../parts/shell-quote.ts';

/** The same by the API, as a command to paste. A change names the revision that it is based on. */
export function curlCommand(
  origin: string,
  body: JsonObject,
  change?: { name: string; etag: string },
): string {
  const url = `${origin}/api/v1/deployments${change ? `/${change.name}` : ''}`;
  return [
    `curl ${change ? '-X PATCH ' : ''}${url} \\`,
    '  -H "Authorization: Bearer $LONGSHORE_TOKEN" \\',
    ...(change ? [`  -H ${shellQuoted(`If-Match: ${change.etag}`)} \\`] : []),
    "  -H 'content-type: application/json' \\",
    `  -d ${shellQuoted(JSON.stringify(body, null, 2))}`,
  ].join('\n');
}
