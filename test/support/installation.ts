import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Host } from '../../contract/host.ts';
import { type CleanRoot, cleanRoot } from './clean-root.ts';
import type { Client } from './client.ts';

const { url } = inject('stack');
export const program = '/opt/longshore/longshore-agent.mjs';
export const config = '/etc/longshore/agent.env';
export const identity = '/var/lib/longshore/identity.json';
export const unit = '/etc/systemd/system/longshore-agent.service';

export function emptyMachine(): CleanRoot {
  const root = cleanRoot(inject('dockerSocket') ?? '');
  onTestFinished(() => root.remove());
  return root;
}

/** As a person would, with what `sh` is given after the script. */
export const install = (root: CleanRoot, args = '', env: Record<string, string> = {}) =>
  root.sh(`curl -fsSL ${url}/install.sh | sh -s -- ${args}`, env);

/** A systemd of which only the calls are seen. */
export function withSystemctl(root: CleanRoot): {
  env: Record<string, string>;
  calls: () => string[];
} {
  for (const folder of ['/run/systemd/system', '/opt/bin']) {
    mkdirSync(root.at(folder), { recursive: true });
  }
  writeFileSync(root.at('/opt/bin/systemctl'), '#!/bin/sh\necho "$*" >>/opt/bin/calls\n', {
    mode: 0o755,
  });
  const path = `/opt/bin:${dirname(process.execPath)}:/usr/sbin:/usr/bin`;
  const calls = () => readFileSync(root.at('/opt/bin/calls'), 'utf8').trim().split('\n');
  return { env: { PATH: path }, calls };
}

export const mode = (file: string) => statSync(file).mode & 0o777;
export const hostOf = (root: CleanRoot): string =>
  JSON.parse(readFileSync(root.at(identity), 'utf8')).host_id;
export const hostsOf = async (client: Client) =>
  (await client.call<{ items: Host[] }>('GET', '/api/v1/hosts')).body.items;
