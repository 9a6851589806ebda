import { stringify } from 'yaml';
import type { BackendDefinition } from '../../contract/backend.ts';

/** The definition as YAML, in the form that an import takes: import(export(x)) = x. */
export function exportYaml(definition: BackendDefinition): string {
  return stringify(definition, {
    lineWidth: 0,
    // Quoted where another YAML 1.1 reader (GPUStack's) would see something else than text.
    version: '1.1',
    blockQuote: 'literal',
  }).replace(/^%YAML 1\.1\n---\n/, '');
}
