import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, hostname, release, totalmem, type } from 'node:os';
import type { Inventory } from '../../contract/host.ts';
import { isErrno } from '../atomic-file.ts';

export type HostFacts = Pick<
  Inventory,
  'hostname' | 'os' | 'architecture' | 'cpus' | 'memory_bytes'
>;

/** Until the first look that succeeds. */
export const factsUnknown: HostFacts = {
  hostname: '',
  os: '',
  architecture: dockerArchitecture(arch()),
  cpus: availableParallelism(),
  memory_bytes: totalmem(),
};

/** What the operating system says of this machine. */
export async function readHostFacts(): Promise<HostFacts> {
  return {
    hostname: hostname().slice(0, 253),
    os: await readOsName(),
    architecture: dockerArchitecture(arch()),
    cpus: availableParallelism(),
    memory_bytes: totalmem(),
  };
}

async function readOsName(): Promise<string> {
  const kernel = `${type()} ${release()}`;
  try {
    return (prettyName(await readFile('/etc/os-release', 'utf8')) ?? kernel).slice(0, 256);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return kernel;
    throw error;
  }
}

/** `PRETTY_NAME` of an os-release(5) file. */
export function prettyName(osRelease: string): string | null {
  const [, quoted = ''] = /^PRETTY_NAME=(.*)$/m.exec(osRelease) ?? [];
  const text = quoted
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/\\(["$`\\])/g, '$1');
  return text || null;
}

/** Node's word for a processor in Docker's (Go's GOARCH). */
export function dockerArchitecture(nodeArch: string): string {
  const words: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
  return words[nodeArch] ?? nodeArch;
}
