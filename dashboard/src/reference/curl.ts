import { shellQuoted } from '../parts/shell-quote.ts';
import { type ApiDocument, exampleOf, type Operation, resolve } from './document.ts';

/**
 * The call of an operation as a line for a shell: with the token in `$LONGSHORE_TOKEN`, what must be said, and the
 * example of its body.
 */
export function curlOf(document: ApiDocument, operation: Operation, origin: string): string {
  const { method, path, security, requestBody, parameters = [] } = operation;
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}${shellQuoted(origin + path)}`,
  ];
  if (security?.length !== 0) lines.push(`-H "Authorization: Bearer $LONGSHORE_TOKEN"`);
  for (const reference of parameters) {
    const { name, in: place, required, example } = resolve(document, reference);
    if (place === 'header' && required)
      lines.push(`-H ${shellQuoted(`${name}: ${example ?? '…'}`)}`);
  }
  const json = requestBody?.content['application/json'];
  if (json) {
    lines.push(`-H 'Content-Type: application/json'`);
    const example = exampleOf(document, json);
    if (example !== undefined) lines.push(`-d ${shellQuoted(JSON.stringify(example, null, 2))}`);
  }
  return lines.join(' \\\n  ');
}
