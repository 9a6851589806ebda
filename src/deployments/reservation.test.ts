import { describe, expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import type { HostView } from '../placement/model.ts';
import { gpuOf, hostView } from '../placement/testing.ts';
import { newDeployment, type World } from './model.ts';
import { lookAgainAt } from './progress.ts';
import { starvingAfterMs } from './reservation.ts';
import { plan } from './rollout.ts';
import type { Step } from './steps.ts';
import { instanceRecord } from './testing.ts';

const taken = new Map([['cuda-0', 'whole' as const]]);
const box = hostView('host', { name: 'box', gpus: [gpuOf(0), gpuOf(1)], takenGpus: taken });
const own = { instanceId: 'ins_1', deployment: 'large', since: 0 };

function world(hosts: HostView[], now: number, input: Record<string, unknown> = {}): World {
  const spec = DeploymentInput.parse({
    name: 'large',
    image_name: 'i',
    run_command: 'serve',
    gpu: { count: 2 },
    replicas: 2,
    ...input,
  });
  return {
    deployment: { ...newDeployment('dep', 'org', spec, 0), rolling: false, gpuCount: 2 },
    backend: null,
    fallback: null,
    replacementHeld: false,
    instances: ['ins_1', 'ins_2'].map((id) =>
      instanceRecord({ id, state: 'pending', hostId: null, generation: 0 }),
    ),
    hosts,
    secretNames: new Set(),
    secretsChanged: [],
    now,
  };
}

const planned = (of: World) => plan(of, () => 'new');
const kinds = (steps: Step[]) =>
  steps.flatMap((step) => ('instanceId' in step ? [`${step.kind} ${step.instanceId}`] : step.kind));

describe('an instance that waits for GPUs', () => {
  test('is kept a host once it has waited too long, and not before; the oldest of its deployment', () => {
    const early = world([box], starvingAfterMs - 1);
    expect(kinds(planned(early))).toEqual(['explain ins_1', 'explain ins_2']);
    expect(lookAgainAt(early)).toBe(starvingAfterMs);
    const steps = planned(world([box], starvingAfterMs));
    expect(kinds(steps)).toEqual(['explain ins_1', 'reserve ins_1', 'explain ins_2']);
    expect(steps).toMatchObject([
      {
        message:
          '1 host: 1 has 1 of 2 GPUs free; host box is being reserved for it: 1 of 2 GPUs free',
      },
      { hostId: 'host' },
      { message: expect.stringContaining('is reserved for an instance of large') },
    ]);
  });

  test('keeps its host without a further step, and moves to one where more is free', () => {
    const kept = { ...box, reservation: own };
    expect(kinds(planned(world([kept], starvingAfterMs)))).not.toContain('reserve ins_1');
    const freer = hostView('other', {
      gpus: [gpuOf(0), gpuOf(1)],
      takenGpus: taken,
    });
    const full = { ...kept, takenGpus: new Map([...taken, ['cuda-1', 'whole' as const]]) };
    expect(planned(world([full, freer], starvingAfterMs))).toContainEqual(
      expect.objectContaining({ kind: 'reserve', instanceId: 'ins_1', hostId: 'other' }),
    );
  });

  test('gives the host back when it is placed, and the next one waits on', () => {
    const free = { ...box, takenGpus: new Map(), reservation: own };
    expect(kinds(planned(world([free], starvingAfterMs)))).toEqual([
      'end_reservation ins_1',
      'launch ins_1',
      // Both GPUs are gone: what it waits for now is that they come free again.
      'explain ins_2',
      'reserve ins_2',
    ]);
  });

  test('gives the host back when that would not do any more', () => {
    const cordoned = { ...box, schedulable: false, reservation: own };
    expect(kinds(planned(world([cordoned], starvingAfterMs)))).toContain('end_reservation ins_1');
    const unrenderable = world([{ ...box, reservation: own }], starvingAfterMs, {
      run_command: 'serve {{nothing}}',
    });
    const roomy = { ...box, takenGpus: new Map(), reservation: own };
    expect(kinds(planned({ ...unrenderable, hosts: [roomy] }))).toContain('end_reservation ins_1');
  });

  test('without GPUs is kept none', () => {
    const none = world([{ ...box, online: false }], starvingAfterMs, { gpu: { count: 0 } });
    const free = { ...none, deployment: { ...none.deployment, gpuCount: 0 } };
    expect(kinds(planned(free))).toEqual(['explain ins_1', 'explain ins_2']);
    expect(lookAgainAt({ ...free, now: 0 })).toBeNull();
  });
});
