import type { JsonObject } from '../../../../contract/json.ts';
import { isProblem } from '../../api/problem.ts';
import { usePreview } from '../../deployments/form/use-preview.ts';
import type { Finding } from '../../parts/findings.ts';
import { launchInputOf, placeInDefinition } from './launch-input.ts';

/**
 * What a version of a definition launches, and what is odd about it, at its places in the definition. Nothing of it
 * keeps anybody from saving: what a command lacks a deployment may bring.
 */
export function useLaunch(definition: JsonObject, version: string) {
  const input = launchInputOf(definition, version);
  const preview = usePreview(input?.deployment ?? {}, input !== null, input?.host);
  const { error, data } = preview;
  const found = isProblem(error) ? (error.problem.errors ?? []) : (data?.warnings ?? []);
  const warnings: Finding[] =
    input === null
      ? []
      : found.map(({ pointer, detail }) => ({
          pointer: placeInDefinition(pointer, definition, version),
          detail,
        }));
  return { preview, warnings, isReady: input !== null };
}
