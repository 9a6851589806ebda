import type { DeploymentInput } from '../../contract/deployment.ts';
import { pointerTo } from '../../contract/json.ts';
import type { InputError } from '../../contract/problem.ts';
import { nulIssue } from './issue.ts';
import type { BuiltInName } from './placeholders.ts';

export interface Placement {
  /** `model_path` replaces what `{{model_path}}` reads, for a preview. */
  host: { worker_ip: string; model_path?: string };
  port: number;
  gpu: { framework: string; uuids: string[]; indexes: number[] } | null;
}

/** What the built-in placeholders read. `modelPath` is null when there is no model. */
export function builtInValues(
  spec: DeploymentInput,
  { host, port, gpu }: Placement,
  modelPath: string | null,
): Map<string, string | null> {
  const values: Record<BuiltInName, string | null> = {
    model_path: modelPath,
    model_name: spec.model_name ?? spec.name,
    port: String(port),
    // Behind a bridge the server must listen on every address of its own namespace.
    worker_ip: spec.network === 'bridge' ? '0.0.0.0' : host.worker_ip,
    gpu_count: String(gpu?.indexes.length ?? 0),
    gpu_ids: gpu?.indexes.join(',') ?? '',
  };
  return new Map(Object.entries(values));
}

/**
 * NUL characters in what reaches a launch spec without being split. Such a text could pass for a secret's mark, and the
 * host would fill it.
 */
export function nulErrors(
  spec: DeploymentInput,
  image: string,
  placement: Placement,
): InputError[] {
  const { host, gpu } = placement;
  const texts: [pointer: string, text: string | undefined][] = [
    ['/name', spec.name],
    ['/model_name', spec.model_name],
    ['/image_name', image],
    ...Object.entries(spec.model).flatMap(([key, value]) =>
      [value].flat().map((text): [string, string | undefined] => [pointerTo('model', key), text]),
    ),
    ...[host.worker_ip, host.model_path, gpu?.framework, ...(gpu?.uuids ?? [])].map(
      // Not the user's to change: it came from a host or a preview.
      (text): [string, string | undefined] => ['', text],
    ),
  ];
  return texts.flatMap(([pointer, text]) => {
    const at = text?.indexOf('\0') ?? -1;
    return at < 0 ? [] : [{ pointer, ...nulIssue(at + 1) }];
  });
}
