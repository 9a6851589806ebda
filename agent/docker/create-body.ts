import { isIPv6 } from 'node:net';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { replaceSecretMarks } from '../../contract/secret-mark.ts';
import type { Launch } from '../desired.ts';
import type { CreateBody, HostConfig } from './container-body.ts';
import type { Grant } from './grant.ts';
import { type DesiredMark, label, writeDesiredMark } from './labels.ts';

export type CreateBodyResult =
  | { ok: true; body: CreateBody }
  | { ok: false; reason: 'secret_missing'; message: string };

export interface CreateBodyInput {
  launch: Launch;
  host_id: string;
  /** The desired set that the launch is of. */
  desired: DesiredMark;
  /** Values of secrets by name. */
  secrets: ReadonlyMap<string, string>;
  /** What of the host's GPUs the container gets; must be the grant of this launch. */
  grant: Grant;
  /** With the files of a model from a hub; null: it brings none. */
  model_folder: string | null;
}

/**
 * What the engine is asked for, by semantics.md section 5. The only place where the marks of secrets are filled: in
 * entrypoint, arguments and environment, never in labels.
 */
export function createBody(input: CreateBodyInput): CreateBodyResult {
  const { launch, host_id, desired, secrets, grant, model_folder } = input;
  const { spec, hash } = launch;
  const missing = new Set<string>();
  const fill = (text: string) =>
    replaceSecretMarks(text, (name) => {
      const value = secrets.get(name);
      if (value === undefined) missing.add(name);
      return value ?? '';
    });
  const body: CreateBody = {
    Image: spec.image,
    ...(spec.entrypoint === null ? {} : { Entrypoint: spec.entrypoint.map(fill) }),
    ...(spec.args === null ? {} : { Cmd: spec.args.map(fill) }),
    // What grants GPUs is not for a deployment to write.
    Env: Object.entries({ ...spec.env, ...grant.env }).map(
      ([name, value]) => `${name}=${fill(value)}`,
    ),
    Labels: {
      [label.host]: host_id,
      [label.instance]: spec.instance_id,
      [label.generation]: String(spec.generation),
      [label.specHash]: hash,
      [label.desired]: writeDesiredMark(desired),
      [label.deployment]: spec.deployment.name,
      [label.managed]: 'true',
    },
    // So that whoever stops it, knowing its spec or not, gives it the time that it was promised.
    StopTimeout: spec.stop_grace_seconds,
    // The agent probes by the spec; an image's own check would run beside it.
    Healthcheck: { Test: ['NONE'] },
    ...(spec.network === 'bridge' ? { ExposedPorts: { [`${spec.port}/tcp`]: {} } } : {}),
    HostConfig: hostConfig(spec, grant, model_folder),
  };
  if (missing.size > 0) {
    const names = [...missing].join(', ');
    const message = `The control plane sent no value for ${missing.size === 1 ? 'the secret' : 'the secrets'} ${names}. Create it there, or take it out of the deployment.`;
    return { ok: false, reason: 'secret_missing', message };
  }
  return { ok: true, body };
}

/**
 * Processes and threads of one container, so that one which only makes more of them does not take the host's last. Other
 * engines give far fewer without being asked (Podman 2,048, OpenShift 4,096); what serves over eight GPUs with Ray has a
 * few thousand on a machine of many cores.
 */
const mostPids = 16_384;

function hostConfig(spec: LaunchSpec, grant: Grant, modelFolder: string | null): HostConfig {
  return {
    NetworkMode: spec.network,
    ...(spec.network === 'bridge'
      ? {
          PortBindings: {
            [`${spec.port}/tcp`]: [{ HostIp: publishAddress(spec), HostPort: String(spec.port) }],
          },
        }
      : {}),
    Privileged: false,
    SecurityOpt: ['no-new-privileges'],
    Init: true,
    // The agent restarts: the engine's own policy acts before the agent has spoken, and differs after a crash.
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    ShmSize: spec.shm_bytes,
    PidsLimit: mostPids,
    // Without swap: a model that is swapped out answers nobody, and the limit would be twice what was asked for.
    ...(spec.memory_bytes === null
      ? {}
      : { Memory: spec.memory_bytes, MemorySwap: spec.memory_bytes }),
    ...(spec.cpus === null ? {} : { NanoCpus: Math.round(spec.cpus * 1e9) }),
    Mounts: [
      ...spec.mounts,
      ...modelMount(spec, modelFolder),
      ...grant.mounts.map((path) => ({ source: path, target: path })),
    ].map(({ source, target }) => ({
      Type: 'bind',
      Source: source,
      Target: target,
      ReadOnly: true,
      // Of what is mounted below its source the engine leaves the flag as it is: it could be written.
      BindOptions: { NonRecursive: true },
    })),
    ...(grant.runtime === null ? {} : { Runtime: grant.runtime }),
    ...(grant.devices.length === 0
      ? {}
      : {
          // Without "m": nothing in a container makes nodes for other devices.
          Devices: grant.devices.map((path) => ({
            PathOnHost: path,
            PathInContainer: path,
            CgroupPermissions: 'rw',
          })),
        }),
    ...(grant.groups.length === 0 ? {} : { GroupAdd: grant.groups }),
    ...(grant.device_requests.length === 0 ? {} : { DeviceRequests: grant.device_requests }),
  };
}

/** `{{model_path}}` names the folder, or one file in it. */
function modelMount({ model }: LaunchSpec, folder: string | null) {
  if (folder === null || model.path === null) return [];
  const file = model.file === undefined ? '' : `/${model.file}`;
  const target = model.path.endsWith(file)
    ? model.path.slice(0, model.path.length - file.length)
    : model.path;
  return [{ source: folder, target }];
}

/** The engine publishes on literal addresses only. */
function publishAddress({ worker_ip }: LaunchSpec): string {
  return isIPv6(worker_ip) || /^\d+\.\d+\.\d+\.\d+$/.test(worker_ip) ? worker_ip : '0.0.0.0';
}
