import { stringify } from 'yaml';
import type { JsonObject } from '../../../../contract/json.ts';

const options = { lineWidth: 0, blockQuote: 'literal', version: '1.1' } as const;

/** A definition, or a part of it, as YAML that any reader takes for the same, whatever version of YAML it knows. */
export function writeYaml(definition: JsonObject): string {
  return stringify(definition, options).replace(/^%YAML 1\.1\n---\n/, '');
}
