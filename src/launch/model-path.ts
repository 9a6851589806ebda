import type { ModelSource } from '../../contract/deployment-parts.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { InputError } from '../../contract/problem.ts';

export interface PlacedModel {
  /** What `{{model_path}}` reads; null: there is no model. */
  path: string | null;
  model: LaunchSpec['model'];
  mounts: LaunchSpec['mounts'];
  /** With pointers into the deployment. */
  errors: InputError[];
}

/**
 * Where a model stands in the container: `/models/<last part of the repo id>[/<file>]` for one from a hub, which the host
 * mounts itself when it has the files; a local path at the same path, mounted read-only. `override` replaces what
 * `{{model_path}}` reads, for a preview.
 */
export function placeModel(source: ModelSource, override: string | undefined): PlacedModel {
  const { path: hostPath, ...rest } = source;
  switch (source.source) {
    case 'none':
      return {
        path: override ?? null,
        model: { ...rest, path: null },
        mounts: [],
        errors: [],
      };
    case 'local_path': {
      if (hostPath === undefined) return missing(source, '/model/path');
      const path = override ?? hostPath;
      return {
        path,
        model: { ...rest, host_path: hostPath, path },
        mounts: [{ source: hostPath, target: path, read_only: true }],
        errors: [],
      };
    }
    case 'huggingface': {
      if (source.repo_id === undefined) return missing(source, '/model/repo_id');
      const folder = source.repo_id.slice(source.repo_id.lastIndexOf('/') + 1);
      const errors = [
        ...stepErrors(folder, '/model/repo_id'),
        ...(source.file === undefined ? [] : stepErrors(source.file, '/model/file')),
      ];
      const ownPath = ['/models', folder, source.file].filter((part) => part !== undefined);
      const path = override ?? ownPath.join('/');
      return { path, model: { ...rest, path }, mounts: [], errors };
    }
  }
}

/** A path below `/models` must stay there: the host mounts what it names. */
function stepErrors(path: string, pointer: string): InputError[] {
  const staysBelow = path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
  if (staysBelow) return [];
  const detail = `\`${path}\` must be a relative path without empty, \`.\` or \`..\` steps.`;
  return [{ pointer, code: 'invalid_path', detail }];
}

function missing(source: ModelSource, pointer: string): PlacedModel {
  const detail = `The model's source is ${source.source}, which needs this.`;
  return {
    path: '',
    model: { source: source.source, path: null },
    mounts: [],
    errors: [{ pointer, code: 'required', detail }],
  };
}
