import type { Launch } from '../desired.ts';
import type { OwnContainer } from '../docker/own-container.ts';

/** The container of a launch as the engine shows it; by default it has run since time 0. */
export function testContainer(launch: Launch, changes: Partial<OwnContainer> = {}): OwnContainer {
  return {
    id: `id-of-${launch.name}`,
    name: launch.name,
    instance_id: launch.spec.instance_id,
    generation: launch.spec.generation,
    spec_hash: launch.hash,
    made_for: null,
    status: 'running',
    run_id: 'run-1',
    started_ms: 0,
    end: null,
    stop_grace_seconds: 30,
    memory_bytes: null,
    image: null,
    ...changes,
  };
}

export function exited(code: number, lines: string[] = [], oom_killed = false) {
  return { status: 'exited', end: { code, oom_killed, lines } } as const;
}
