import * as z from 'zod';
import type { Settings } from './config.ts';
import { createHttpClient } from './control-plane/http-client.ts';
import type { Engine } from './docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from './docker/errors.ts';
import type { GpuScan } from './inventory/nvidia.ts';
import { BrokenIdentityError, type Identity, openJournal } from './journal.ts';

export interface CheckOptions {
  settings: Settings;
  engine: Engine;
  scanGpus: () => Promise<GpuScan>;
  user_agent: string;
}

interface Finding {
  ok: boolean;
  text: string;
}

/** What this machine has and lacks as a host, in plain words, one line each; `ok` when nothing is missing. */
export async function check(options: CheckOptions): Promise<{ ok: boolean; lines: string[] }> {
  const { settings } = options;
  const { finding, identity } = await checkIdentity(settings);
  const findings = [
    ...(await checkDocker(options)),
    finding,
    await checkControlPlane(settings.url ?? identity?.url ?? null, options.user_agent),
  ];
  return {
    ok: findings.every(({ ok }) => ok),
    lines: findings.map(({ ok, text }) => `${ok ? 'ok      ' : 'MISSING '} ${text}`),
  };
}

async function checkDocker({ engine, scanGpus, settings }: CheckOptions): Promise<Finding[]> {
  const { gpus, conditions } = await scanGpus();
  const findings: Finding[] = [];
  try {
    const { version } = await engine.version();
    findings.push({ ok: true, text: `Docker ${version} answers at ${settings.docker_socket}` });
    if (gpus.length > 0 && !(await engine.runtimes()).includes('nvidia')) {
      const text =
        'Docker cannot give NVIDIA GPUs to containers: install the NVIDIA Container Toolkit, run "nvidia-ctk runtime configure" and restart Docker';
      findings.push({ ok: false, text });
    }
  } catch (error) {
    if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
    const text = `Docker at ${settings.docker_socket}: ${error.message}. Install or start it, run the agent as root or as a member of the group "docker", or set DOCKER_HOST`;
    findings.push({ ok: false, text });
  }
  const names = gpus.map(({ name }) => name).join(', ');
  findings.push({
    ok: true,
    text: names ? `GPUs: ${names}` : 'no GPUs found; only CPU work is placed here',
  });
  for (const { message } of conditions) findings.push({ ok: false, text: message });
  return findings;
}

async function checkIdentity(
  settings: Settings,
): Promise<{ finding: Finding; identity: Identity | null }> {
  try {
    const identity = await (await openJournal(settings.state)).readIdentity();
    if (identity?.host_id) {
      const text = `this machine is host ${identity.host_id} of ${identity.url}`;
      return { finding: { ok: true, text }, identity };
    }
    const text =
      'this machine is not enrolled: make an enrolment token and run "longshore-agent enroll --url ... --token ..."';
    return { finding: { ok: false, text }, identity };
  } catch (error) {
    const system = error instanceof Error && 'code' in error;
    if (!(error instanceof BrokenIdentityError) && !system) throw error;
    return {
      finding: { ok: false, text: `the state folder cannot be used: ${error.message}` },
      identity: null,
    };
  }
}

async function checkControlPlane(url: string | null, userAgent: string): Promise<Finding> {
  if (url === null) return { ok: false, text: 'the control plane: give its address with --url' };
  const client = createHttpClient({ url, user_agent: userAgent });
  const answer = await client.get('/healthz', z.unknown());
  client.close();
  switch (answer.kind) {
    case 'reply':
      return { ok: true, text: `the control plane answers at ${url}` };
    case 'problem':
      return { ok: false, text: `the control plane at ${url}: ${answer.problem.detail}` };
    case 'no_answer':
      return { ok: false, text: `the control plane at ${url} does not answer: ${answer.detail}` };
  }
}
