import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OwnContainer } from './docker/own-container.ts';
import { afterProbe, newHealth } from './health.ts';
import { instanceOf, type Plan, plan, type Step, type World } from './plan.ts';
import { testLaunch } from './testing/launch-spec.ts';
import { exited, testContainer } from './testing/own-container.ts';
import { newWork, type Work } from './work.ts';

const now = 1_000_000;
const one = testLaunch();
const older = testLaunch({ generation: 1 });
const newer = testLaunch({ generation: 2 });

function world(changes: Partial<World>): World {
  return {
    launches: [],
    confirmed: true,
    desired: { era: 'era', revision: 5 },
    containers: [],
    works: new Map(),
    silent: new Set<string>(),
    removals: new Map(),
    flights: new Map(),
    now_ms: now,
    ...changes,
  };
}

function works(...list: Work[]): Map<string, Work> {
  return new Map(list.map((work) => [work.launch.name, work]));
}

function inWords({ steps }: Plan): string[] {
  return steps.map((step) => {
    const name = step.kind === 'remove' ? step.container.name : step.launch.name;
    return `${step.kind} ${name}${'why' in step ? ` ${step.why}` : ''}`;
  });
}

const ready = afterProbe(
  newHealth({ started_ms: 0, adopted: false }, 0),
  one.spec.health,
  { ready: true, summary: 'HTTP 200', excerpt: null },
  10,
);

describe('what is wanted', () => {
  test('a launch without a container is launched', () => {
    expect(inWords(plan(world({ launches: [one] })))).toEqual(['launch longshore-ins_1-1']);
  });

  test('what the journal alone names gets no container until the control plane confirmed it', () => {
    const unconfirmed = { launches: [one], confirmed: false };
    expect(inWords(plan(world(unconfirmed)))).toEqual([]);
    const ended = testContainer(one, exited(137));
    expect(inWords(plan(world({ ...unconfirmed, containers: [ended] })))).toEqual([
      'start longshore-ins_1-1',
    ]);
  });

  test('a container that was created and never started is started', () => {
    const container = testContainer(one, { status: 'created', run_id: null });
    expect(inWords(plan(world({ launches: [one], containers: [container] })))).toEqual([
      'start longshore-ins_1-1',
    ]);
  });

  test.each(['running', 'paused', 'restarting', 'removing'] as const)(
    'a container that is %s is left alone',
    (status) => {
      const containers = [testContainer(one, { status })];
      expect(inWords(plan(world({ launches: [one], containers })))).toEqual([]);
    },
  );

  test('a container that ended is started when its pause is over, not before', () => {
    const containers = [testContainer(one, exited(1))];
    const waiting = works({ ...newWork(one), retry_at_ms: now + 1 });
    const early = plan(world({ launches: [one], containers, works: waiting }));
    expect(early).toEqual({ steps: [], aborts: [], wake_at_ms: now + 1 });
    const due = plan(world({ launches: [one], containers, works: waiting, now_ms: now + 1 }));
    expect(inWords(due)).toEqual(['start longshore-ins_1-1']);
  });

  test('a launch that failed waits for its pause', () => {
    const waiting = works({ ...newWork(one), retry_at_ms: now + 500 });
    expect(plan(world({ launches: [one], works: waiting }))).toEqual({
      steps: [],
      aborts: [],
      wake_at_ms: now + 500,
    });
  });

  test('a dead container makes room for a new one', () => {
    const containers = [testContainer(one, { ...exited(1), status: 'dead' })];
    expect(inWords(plan(world({ launches: [one], containers })))).toEqual([
      'remove longshore-ins_1-1 dead',
    ]);
  });

  test('a container of another spec under the same name is replaced', () => {
    const containers = [testContainer(one, { spec_hash: 'other' })];
    const planned = plan(world({ launches: [one], containers }));
    expect(inWords(planned)).toEqual(['remove longshore-ins_1-1 replaced']);
  });

  test('one that was not ready in time is stopped', () => {
    const health = newHealth({ started_ms: now - 3_600_000, adopted: false }, now);
    const started = works({ ...newWork(one), health });
    const planned = plan(
      world({ launches: [one], containers: [testContainer(one)], works: started }),
    );
    expect(inWords(planned)).toEqual(['stop longshore-ins_1-1 start_timeout']);
  });

  test('the plan is made again when the time of a health check is up', () => {
    const health = newHealth({ started_ms: now - 1000, adopted: false }, now);
    const started = works({ ...newWork(one), health });
    const planned = plan(
      world({ launches: [one], containers: [testContainer(one)], works: started }),
    );
    expect(planned).toMatchObject({ steps: [], wake_at_ms: now - 1000 + 3_600_000 });
  });
});

describe('what is not wanted', () => {
  test('an orphan is removed', () => {
    expect(inWords(plan(world({ containers: [testContainer(one)] })))).toEqual([
      'remove longshore-ins_1-1 not_desired',
    ]);
  });

  test('a removal that failed waits for its pause', () => {
    const removals = new Map([[one.name, { failures: 1, retry_at_ms: now + 1000, trouble: null }]]);
    expect(plan(world({ containers: [testContainer(one)], removals }))).toEqual({
      steps: [],
      aborts: [],
      wake_at_ms: now + 1000,
    });
  });

  test('without a desired set nothing is concluded', () => {
    expect(plan(world({ launches: null, containers: [testContainer(one)] })).steps).toEqual([]);
  });
});

describe('generations', () => {
  test('what the new one needs is fetched while the old one runs', () => {
    const planned = plan(world({ launches: [newer], containers: [testContainer(older)] }));
    expect(inWords(planned)).toEqual(['fetch longshore-ins_1-2']);
  });

  test('then the old one goes before the new one comes', () => {
    const fetched = works({ ...newWork(newer), fetched: true });
    const both = world({ launches: [newer], containers: [testContainer(older)], works: fetched });
    expect(inWords(plan(both))).toEqual(['remove longshore-ins_1-1 other_generation']);
    expect(inWords(plan({ ...both, containers: [] }))).toEqual(['launch longshore-ins_1-2']);
  });

  test('an old one that does not run is not waited for', () => {
    const containers = [testContainer(older, exited(0))];
    expect(inWords(plan(world({ launches: [newer], containers })))).toEqual([
      'remove longshore-ins_1-1 other_generation',
    ]);
  });
});

describe('a container that was made for a newer set', () => {
  const wanted = testLaunch({ instance_id: 'ins_2' });
  const newerThanOurs = (made_for: { era: string; revision: number }) =>
    world({ launches: [wanted], containers: [testContainer(testLaunch(), { made_for })] });

  test('shows that ours is not the current one: nothing is removed and nothing made', () => {
    expect(plan(newerThanOurs({ era: 'era', revision: 6 })).steps).toEqual([]);
  });

  test.each([
    ['ours', { era: 'era', revision: 5 }],
    ['an older one', { era: 'era', revision: 4 }],
    ['one of before the database was restored', { era: 'before', revision: 9 }],
  ])('while one of %s goes', (_what, made_for) => {
    expect(inWords(plan(newerThanOurs(made_for)))).toEqual([
      `launch ${wanted.name}`,
      'remove longshore-ins_1-1 not_desired',
    ]);
  });
});

describe('steps under way', () => {
  const abort = (step: Step, launches: World['launches']) =>
    plan(world({ launches, flights: new Map([['ins_1', { step, aborted: false }]]) })).aborts;

  test('nothing else is begun for their instance', () => {
    const flights = new Map([
      ['ins_1', { step: { kind: 'launch', launch: one } as const, aborted: false }],
    ]);
    expect(plan(world({ launches: [one], flights }))).toEqual({
      steps: [],
      aborts: [],
      wake_at_ms: null,
    });
  });

  test('a launch that a newer generation overtook is aborted, once', () => {
    const step: Step = { kind: 'launch', launch: older };
    expect(abort(step, [newer])).toEqual(['ins_1']);
    expect(abort(step, [])).toEqual(['ins_1']);
    expect(abort(step, [older])).toEqual([]);
    const flights = new Map([['ins_1', { step, aborted: true }]]);
    expect(plan(world({ launches: [newer], flights })).aborts).toEqual([]);
  });

  test('a removal is seen through', () => {
    const container = testContainer(one);
    expect(abort({ kind: 'remove', container, why: 'not_desired' }, [one])).toEqual([]);
  });
});

describe('for any world', () => {
  const statuses: OwnContainer['status'][] = [
    'created',
    'running',
    'paused',
    'restarting',
    'removing',
    'exited',
    'dead',
  ];
  const launch = fc
    .record({ id: fc.constantFrom('a', 'b', 'c'), generation: fc.integer({ min: 1, max: 3 }) })
    .map(({ id, generation }) => testLaunch({ instance_id: id, generation }));
  const container = fc
    .record({ launch, status: fc.constantFrom(...statuses), same: fc.boolean() })
    .map(({ launch, status, same }) =>
      testContainer(launch, { status, ...(same ? {} : { spec_hash: 'other' }) }),
    );
  const byInstance = { selector: (item: ReturnType<typeof testLaunch>) => item.spec.instance_id };
  const anyWorld = fc.record({
    launches: fc.option(fc.uniqueArray(launch, byInstance), { nil: null }),
    confirmed: fc.boolean(),
    containers: fc.uniqueArray(container, { selector: ({ name }) => name }),
    health: fc.constantFrom(null, ready),
  });
  const made = anyWorld.map(({ health, ...parts }) =>
    world({
      ...parts,
      works: works(...(parts.launches ?? []).map((each) => ({ ...newWork(each), health }))),
    }),
  );

  test('there is one step for an instance at most, and the same world gives the same plan', () => {
    fc.assert(
      fc.property(made, (given) => {
        const planned = plan(given);
        const instances = planned.steps.map(instanceOf);
        expect(new Set(instances).size).toBe(instances.length);
        expect(plan(given)).toEqual(planned);
      }),
    );
  });

  test('nothing is removed unless the control plane confirmed what it wants', () => {
    fc.assert(
      fc.property(made, (given) => {
        const { steps } = plan({ ...given, confirmed: false });
        const removed = steps.filter(({ kind }) => kind === 'remove');
        expect(removed.every((step) => 'why' in step && step.why === 'dead')).toBe(true);
      }),
    );
  });

  test('a container of the wanted generation and spec that runs and is healthy is never touched', () => {
    fc.assert(
      fc.property(made, (given) => {
        const wanted = new Map((given.launches ?? []).map((each) => [each.name, each.hash]));
        for (const step of plan(given).steps) {
          if (!('container' in step) || step.container.status !== 'running') continue;
          expect(wanted.get(step.container.name)).not.toBe(step.container.spec_hash);
        }
      }),
    );
  });

  test('nothing is launched beside a container of the same instance', () => {
    fc.assert(
      fc.property(made, (given) => {
        for (const step of plan(given).steps) {
          if (step.kind !== 'launch') continue;
          const beside = given.containers.map(({ instance_id }) => instance_id);
          expect(beside).not.toContain(step.launch.spec.instance_id);
        }
      }),
    );
  });
});
