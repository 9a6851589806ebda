import type { Deployment } from '../../../../contract/deployment.ts';
import { shellQuoted } from '../../parts/shell-quote.ts';

/** Asks a model by the OpenAI API, as a command to paste. */
export function chatCommand({ name, model_name }: Deployment, url: string): string {
  const body = {
    model: model_name ?? name,
    messages: [{ role: 'user', content: 'Hello! Who are you?' }],
  };
  return [
    `curl ${url}/v1/chat/completions \\`,
    "  -H 'content-type: application/json' \\",
    `  -d ${shellQuoted(JSON.stringify(body))}`,
  ].join('\n');
}
