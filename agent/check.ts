import * as z from 'zod';
import { OwnHost } from '../contract/agent-protocol.ts';
import type { Settings } from './config.ts';
import { createHttpClient, type HttpClient } from './control-plane/http-client.ts';
import { standingInWords } from './control-plane/standing.ts';
import type { Engine } from './docker/engine.ts';
import { lookAtDocker, noNvidiaToolkit } from './inventory/docker-facts.ts';
import type { FoundGpu } from './inventory/found-gpu.ts';
import type { GpuScan } from './inventory/gpus.ts';
import { readSpace, type Space, watchDisks } from './inventory/host-disks.ts';
import type { Machine } from './inventory/machine.ts';
import { BrokenIdentityError, type Identity, openJournal } from './journal.ts';
import { watchPlace } from './models/place.ts';
import { policyReader, silentPolicy } from './policy/file.ts';
import { brokenInWords } from './policy/host-policy.ts';
import { firstFreePort } from './ports.ts';

export interface CheckOptions {
  settings: Settings;
  engine: Engine;
  scanGpus: () => Promise<GpuScan>;
  machine: Pick<Machine, 'node'>;
  user_agent: string;
  /** Of this process. */
  uid: number | null;
}

interface Finding {
  /** `note`: instances run all the same. */
  is: 'ok' | 'note' | 'missing';
  text: string;
}

const marks = { ok: 'ok      ', note: 'note    ', missing: 'MISSING ' } as const;

/** What this machine has and lacks as a host, in plain words, one line each; `ok` when instances could run. */
export async function check(options: CheckOptions): Promise<{ ok: boolean; lines: string[] }> {
  const { settings } = options;
  const { finding, identity } = await checkIdentity(settings);
  const findings = [
    ...(await checkMachine(options)),
    await checkPorts(settings),
    await checkPolicy(settings.policy, options.uid),
    finding,
    ...(await checkControlPlane(
      settings.url ?? identity?.url ?? null,
      identity,
      options.user_agent,
    )),
  ];
  return {
    ok: findings.every(({ is }) => is !== 'missing'),
    lines: findings.map(({ is, text }) => `${marks[is]} ${text}`),
  };
}

async function checkMachine(options: CheckOptions): Promise<Finding[]> {
  const { engine, scanGpus, machine, settings } = options;
  const [facts, scan] = await Promise.all([lookAtDocker(engine, machine), scanGpus()]);
  const findings: Finding[] = [];
  if (facts.docker) {
    const text = `Docker ${facts.docker.version} answers at ${settings.docker_socket}`;
    findings.push({ is: 'ok', text });
  }
  if (facts.fault !== null) {
    const text = `Docker at ${settings.docker_socket}: ${facts.fault}. Install or start it, run the agent as root or as a member of the group "docker", or set DOCKER_HOST`;
    findings.push({ is: 'missing', text });
  }
  findings.push(...gpuFindings(scan));
  const hasNvidia = scan.gpus.some(({ gpu }) => gpu.framework === 'cuda');
  if (hasNvidia && facts.docker?.nvidia_toolkit === true) {
    findings.push({ is: 'ok', text: 'Docker can give NVIDIA GPUs to containers' });
  } else if (hasNvidia && facts.docker) {
    findings.push({ is: 'missing', text: noNvidiaToolkit.message });
  }
  const modelFault = await watchPlace({ folder: settings.models, state: settings.state })();
  if (modelFault !== null) findings.push({ is: 'missing', text: modelFault });
  findings.push(...(await checkDisks(facts.root_folder, settings.models)));
  return findings;
}

/** One line for each kind of GPU, and one for each thing that keeps GPUs from work. */
export function gpuFindings({ gpus, drivers, conditions }: GpuScan): Finding[] {
  const findings: Finding[] = [];
  for (const framework of new Set(gpus.map(({ gpu }) => gpu.framework))) {
    const those = gpus.filter(({ gpu }) => gpu.framework === framework);
    const driver = drivers.find((each) => each.framework === framework);
    const version = driver?.driver_version ? `, driver ${driver.driver_version}` : '';
    findings.push({ is: 'ok', text: `${framework}: ${countedNames(those)}${version}` });
    const bare = those.filter(({ nodes }) => framework !== 'cuda' && nodes.length === 0);
    if (bare.length === 0) continue;
    const indexes = bare.map(({ gpu }) => gpu.index).join(', ');
    const text = `no device node in /dev for ${framework} GPU ${indexes}: containers cannot get it. An agent that runs in a container needs the host's /dev`;
    findings.push({ is: 'missing', text });
  }
  if (gpus.length === 0) {
    findings.push({ is: 'note', text: 'no GPUs found; only CPU work is placed here' });
  }
  for (const { code, message } of conditions) {
    const harmless = ['gpu_memory_unknown', 'gpu_tool_missing'].includes(code);
    findings.push({ is: harmless ? 'note' : 'missing', text: message });
  }
  return findings;
}

function countedNames(gpus: readonly FoundGpu[]): string {
  const counts = new Map<string, number>();
  for (const { gpu } of gpus) {
    const memory = gpu.memory_bytes > 0 ? ` (${inGibibytes(gpu.memory_bytes)})` : '';
    const name = `${gpu.name}${memory}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} x ${name}`).join(', ');
}

async function checkDisks(root: string | null, modelFolder: string): Promise<Finding[]> {
  const spaces = new Map<string, Space | null>();
  const remember = async (path: string) => {
    const space = await readSpace(path);
    spaces.set(path, space);
    return space;
  };
  const { disks, conditions } = await watchDisks(remember)([
    ...(root === null ? [] : [{ role: 'docker', path: root } as const]),
    { role: 'models', path: modelFolder },
  ]);
  const findings = disks.map(({ role, path, total_bytes }): Finding => {
    const free = inGibibytes(spaces.get(path)?.free_bytes ?? 0);
    const text = `disk of ${role} (${path}): ${free} free of ${inGibibytes(total_bytes)}`;
    return { is: 'ok', text };
  });
  return [
    ...findings,
    ...conditions.map(({ message }): Finding => ({ is: 'note', text: message })),
  ];
}

function inGibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 3)} GiB`;
}

async function checkPorts({ address, ports }: Settings): Promise<Finding> {
  const { first, last } = ports;
  const free = await firstFreePort(address, ports);
  if (free === null) {
    const text = `every port from ${first} to ${last} is taken at ${address}: free some, or give others with --ports`;
    return { is: 'missing', text };
  }
  const text = `instances are reached at ${address}, ports ${first} to ${last}; other machines must be able to reach them there (--address, --ports)`;
  return { is: 'ok', text };
}

async function checkPolicy(
  { file, named }: Settings['policy'],
  uid: number | null,
): Promise<Finding> {
  const read = await policyReader({ file, named, uid })('');
  const state = typeof read === 'string' ? silentPolicy : read.state;
  switch (state.kind) {
    case 'none':
      return { is: 'ok', text: `no policy at ${file}: the control plane may run what it wants` };
    case 'policy': {
      const rules = Object.keys(state.policy).join(', ') || 'none';
      return { is: 'ok', text: `policy ${file} holds; its rules: ${rules}` };
    }
    case 'broken':
      return { is: 'missing', text: brokenInWords(file, state.why) };
  }
}

async function checkIdentity(
  settings: Settings,
): Promise<{ finding: Finding; identity: Identity | null }> {
  try {
    const identity = await (await openJournal(settings.state)).readIdentity();
    if (identity?.host_id) {
      const text = `this machine is host ${identity.host_id} of ${identity.url}`;
      return { finding: { is: 'ok', text }, identity };
    }
    const text =
      'this machine is not enrolled: make an enrolment token and run "longshore-agent enroll --url ... --token ..."';
    return { finding: { is: 'missing', text }, identity };
  } catch (error) {
    const system = error instanceof Error && 'code' in error;
    if (!(error instanceof BrokenIdentityError) && !system) throw error;
    const text = `the state folder cannot be used: ${error.message}`;
    return { finding: { is: 'missing', text }, identity: null };
  }
}

async function checkControlPlane(
  url: string | null,
  identity: Identity | null,
  userAgent: string,
): Promise<Finding[]> {
  if (url === null) {
    return [{ is: 'missing', text: 'the control plane: give its address with --url' }];
  }
  const client = createHttpClient({ url, user_agent: userAgent });
  try {
    const answer = await client.get('/healthz', z.unknown());
    switch (answer.kind) {
      case 'reply': {
        const text = `the control plane answers at ${url}`;
        // A secret is told to no other control plane than its own.
        const isOwn = identity?.host_id && identity.url === url;
        const standing = isOwn ? [await checkStanding(client, identity)] : [];
        return [{ is: 'ok', text }, ...standing];
      }
      case 'problem': {
        const text = `the control plane at ${url}: ${answer.problem.detail}`;
        return [{ is: 'missing', text }];
      }
      case 'no_answer': {
        const text = `the control plane at ${url} does not answer: ${answer.detail}`;
        return [{ is: 'missing', text }];
      }
    }
  } finally {
    client.close();
  }
}

/** What this host is to its control plane; asking changes nothing, also while the agent runs. */
async function checkStanding(client: HttpClient, identity: Identity): Promise<Finding> {
  const ask = (secret: string) => client.get('/api/agent/v1/host', OwnHost, secret);
  const { secret, next_secret } = identity;
  const first = await ask(secret);
  const second = first.kind !== 'reply' && next_secret ? await ask(next_secret) : first;
  const answer = second.kind === 'reply' ? second : first;
  switch (answer.kind) {
    case 'reply':
      return { is: 'ok', text: `the control plane knows this host as "${answer.reply.name}"` };
    case 'problem': {
      const { problem } = answer;
      const text = standingInWords(problem) ?? `the control plane: ${problem.detail}`;
      // Of an older control plane, which cannot be asked.
      return { is: problem.status === 404 ? 'note' : 'missing', text };
    }
    case 'no_answer':
      return {
        is: 'missing',
        text: `the control plane does not say who this is: ${answer.detail}`,
      };
  }
}
