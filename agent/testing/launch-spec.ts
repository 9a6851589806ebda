import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { type Launch, readLaunch } from '../desired.ts';

/** A launch spec that needs nothing; `changes` are laid over it. */
export function testSpec(changes: Partial<LaunchSpec> = {}): LaunchSpec {
  return {
    instance_id: 'ins_1',
    generation: 1,
    deployment: { id: 'dep_1', name: 'demo', revision: 1 },
    backend: null,
    image: 'longshore/stand-in:1',
    image_pull_policy: 'if_not_present',
    entrypoint: null,
    args: null,
    env: {},
    model: { source: 'none', path: null },
    gpu: null,
    network: 'host',
    worker_ip: '127.0.0.1',
    // Of its own, as it is looked at whether it is free: agents on this machine have 20000 and on.
    port: 17_000,
    mounts: [],
    shm_bytes: 64 * 1024 * 1024,
    memory_bytes: null,
    cpus: null,
    health: {
      path: '/health',
      interval_seconds: 10,
      timeout_seconds: 5,
      start_timeout_seconds: 3600,
      failure_threshold: 3,
      restart_after_seconds: 300,
    },
    stop_grace_seconds: 30,
    ...changes,
  };
}

export function testLaunch(changes: Partial<LaunchSpec> = {}): Launch {
  return readLaunch(testSpec(changes));
}
