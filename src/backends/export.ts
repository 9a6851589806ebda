import { stringify } from 'yaml';
import type { BackendDefinition, VersionConfig } from '../../contract/backend.ts';

/** A definition, or one version's config, as YAML, in the form that an import takes: import(export(x)) = x. */
export function exportYaml(definition: BackendDefinition | VersionConfig): string {
  return stringify(definition, {
    lineWidth: 0,
    // Quoted where another YAML 1.1 reader (GPUStack's) would see something else than text.
    version: '1.1',
    blockQuote: 'literal',
  }).replace(/^%YAML 1\.1\n---\n/, '');
}
