import type { Deployment, DeploymentPhase } from '../../../../contract/deployment.ts';
import { countedOptions } from '../../parts/counted-options.ts';
import { phaseLooks } from '../looks.ts';

export interface Filters {
  search: string;
  phase: readonly string[];
}

/** `search` is looked for in names, models and backends, whatever the case. */
export function filterDeployments(
  deployments: readonly Deployment[],
  { search, phase }: Filters,
): Deployment[] {
  const wanted = search.trim().toLowerCase();
  return deployments.filter(
    ({ name, model_name, model, backend_name, image_name, status }) =>
      (phase.length === 0 || phase.includes(status.phase)) &&
      [name, model_name, model.repo_id, model.path, backend_name, image_name].some((text) =>
        text?.toLowerCase().includes(wanted),
      ),
  );
}

/** Phases that there are, with how many each has. */
export function phaseOptions(
  deployments: readonly Deployment[],
  chosen: readonly string[],
): [value: DeploymentPhase, label: string][] {
  const phases = deployments.map(({ status }) => status.phase);
  return countedOptions(phaseLooks, phases, chosen);
}
