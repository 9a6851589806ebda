import { protocolVersion } from '../agent-protocol.ts';
import { accessExamples } from './access.ts';
import { backendExamples } from './backends.ts';
import { deploymentExamples } from './deployments.ts';
import { hostExamples } from './hosts.ts';
import { organisationExamples } from './organisations.ts';
import { peopleExamples } from './people.ts';

const meta = {
  version: '0.1.0',
  agent_protocol: protocolVersion,
  limits: { body_bytes: 1_048_576, page: 200, replicas: 1000 },
};

/** An example of each schema of the OpenAPI document that stands for a whole body, by its id. */
export const examples: Record<string, unknown> = {
  Meta: meta,
  Health: { status: 'ok' },
  ...backendExamples,
  ...deploymentExamples,
  ...hostExamples,
  ...organisationExamples,
  ...accessExamples,
  ...peopleExamples,
};
