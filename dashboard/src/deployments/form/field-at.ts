import { customBackend, type Draft } from './draft.ts';

const fields = new Set([
  '/name',
  '/model_name',
  '/model/source',
  '/model/repo_id',
  '/model/revision',
  '/model/include',
  '/model/file',
  '/model/token_secret',
  '/model/path',
  '/backend_name',
  '/backend_version',
  '/image_name',
  '/run_command',
  '/entrypoint',
  '/replicas',
  '/gpu/count',
  '/gpu/memory_bytes',
  '/placement/strategy',
  '/placement/hosts',
]);

/** Fields that are folded away at first. */
const advancedFields = new Set([
  '/network',
  '/shm_bytes',
  '/memory_bytes',
  '/cpus',
  '/image_pull_policy',
  '/health/path',
  '/health/interval_seconds',
  '/health/timeout_seconds',
  '/health/start_timeout_seconds',
  '/health/failure_threshold',
  '/health/restart_after_seconds',
  '/stop_grace_seconds',
  '/rollout/min_ready_seconds',
  '/rollout/deadline_seconds',
  '/replace_after_seconds',
]);

/** Fields that are beside it where there is no backend, and folded away where they take the place of what one says. */
const commandFields = new Set(['/image_name', '/run_command', '/entrypoint']);

export function isAdvanced(field: string, { backend }: Pick<Draft, 'backend'>): boolean {
  return advancedFields.has(field) || (commandFields.has(field) && backend !== customBackend);
}

/** What concerns several fields stands at the first of them. */
const instead: Record<string, string> = { '/model': '/model/source', '/gpu': '/gpu/count' };

/** A row of one of the lists. */
const row = /^\/(?:env|backend_parameters|placement\/host_labels)\/[^/]*/;

/** The field that shows what is found at `pointer`; null: none does. Of a preview pointers begin with `/deployment`. */
export function fieldAt(pointer: string): string | null {
  const own = pointer
    .replace(/^\/deployment(?=\/|$)/, '')
    // The backend's parameters stand in the rows of the deployment's while it has none of its own.
    .replace(/^\/backend\/default_backend_param\//, '/backend_parameters/')
    // What takes the place of the backend's is where that can be mended.
    .replace(
      /^\/backend\/(?:default_|version_configs\/[^/]*\/)(?=(?:run_command|entrypoint)$)/,
      '/',
    )
    .replace(/^\/backend\/health_check_path$/, '/health/path');
  const inRow = row.exec(own);
  if (inRow) return inRow[0];
  for (let at = own; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const field = instead[at] ?? at;
    if (fields.has(field) || advancedFields.has(field)) return field;
  }
  return null;
}
