import type { Warning } from '../../../../contract/preview.ts';
import type { InputFault } from '../../api/problem.ts';

type Finding = Pick<InputFault | (typeof Warning)['_output'], 'pointer' | 'detail'>;

/** What is wrong or dubious, by the field that shows it. */
export interface Findings {
  of: ReadonlyMap<string, readonly string[]>;
  /** What belongs to no field of the form. */
  rest: readonly Finding[];
}

export const noFindings: Findings = { of: new Map(), rest: [] };

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
export const advancedFields = new Set([
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

/** What concerns several fields stands at the first of them. */
const instead: Record<string, string> = { '/model': '/model/source', '/gpu': '/gpu/count' };

/** A row of one of the lists. */
const row = /^\/(?:env|backend_parameters|placement\/host_labels)\/[^/]*/;

/** The field that shows what is found at `pointer`; null: none does. Of a preview pointers begin with `/deployment`. */
export function fieldAt(pointer: string): string | null {
  const own = pointer
    .replace(/^\/deployment(?=\/|$)/, '')
    // The backend's parameters stand in the rows of the deployment's while it has none of its own.
    .replace(/^\/backend\/default_backend_param\//, '/backend_parameters/');
  const inRow = row.exec(own);
  if (inRow) return inRow[0];
  for (let at = own; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const field = instead[at] ?? at;
    if (fields.has(field) || advancedFields.has(field)) return field;
  }
  return null;
}

export function findingsOf(found: readonly Finding[]): Findings {
  const of = new Map<string, string[]>();
  const rest: Finding[] = [];
  for (const finding of found) {
    const field = fieldAt(finding.pointer);
    if (field === null) rest.push(finding);
    else of.set(field, [...new Set([...(of.get(field) ?? []), finding.detail])]);
  }
  return { of, rest };
}
