import type { Preview } from '../../contract/preview.ts';
import { type Issue, nulIssue } from './issue.ts';
import { type Scope, substitute, textOf } from './placeholders.ts';
import { newRoom, type Room } from './room.ts';

export type EnvironmentSource = Preview['env_sources'][string];

export interface EnvironmentLayers {
  default: Readonly<Record<string, string>> | undefined;
  version: Readonly<Record<string, string>> | undefined;
  deployment: Readonly<Record<string, string>> | undefined;
}

export interface Variable {
  name: string;
  value: string;
  source: EnvironmentSource;
}

export interface FilledVariable extends Variable {
  /** What makes the value wrong. */
  issues: Issue[];
  /** Names in the value that nothing fills, as issues: they stay as they are. */
  unfilled: Issue[];
}

/** `default_env` < the version's `env` < the deployment's `env`, and which of them each variable came from. */
export function mergeEnvironment(layers: EnvironmentLayers): Variable[] {
  const merged = new Map<string, Variable>();
  const ordered = [
    ['default', layers.default],
    ['version', layers.version],
    ['deployment', layers.deployment],
  ] as const;
  for (const [source, variables] of ordered) {
    for (const [name, value] of Object.entries(variables ?? {})) {
      merged.set(name, { name, value, source });
    }
  }
  return [...merged.values()];
}

/**
 * Fills built-ins and `{{secrets.NAME}}` in the values; a secret becomes its mark. `scope` has the built-ins only:
 * a variable can't read another one, and such a name stays as it is, among `unfilled`. Names and values take of `room`.
 */
export function fillEnvironment(
  variables: readonly Variable[],
  scope: Scope,
  room: Room = newRoom(),
): FilledVariable[] {
  return variables.map((variable) => {
    // Checked before anything is filled: a NUL that a user wrote could pass for a secret's mark.
    const nul = variable.value.indexOf('\0');
    if (nul >= 0) return { ...variable, value: '', issues: [nulIssue(nul + 1)], unfilled: [] };
    room.characters -= variable.name.length;
    const { pieces, issues } = substitute(variable.value, scope, room);
    return {
      ...variable,
      value: textOf(pieces),
      issues: issues.filter((issue) => issue.code !== 'unknown_placeholder'),
      unfilled: issues.filter((issue) => issue.code === 'unknown_placeholder'),
    };
  });
}
