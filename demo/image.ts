import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { callDocker, type DockerEndpoint } from './docker-api.ts';
import { isStatic, parseLdd, type SharedLibrary, unusualFolders } from './libraries.ts';
import { type TarEntry, writeTar } from './tar.ts';

export const DEMO_IMAGE = 'longshore/stand-in:1';
const LABEL = 'dev.longshore.demo';
/** Part of the label: a change of what the image holds besides Node and the engine needs another number. */
const BUILDER_VERSION = 1;
const CALL_DEADLINE_MS = 10_000;
const IMPORT_DEADLINE_MS = 120_000;
const LDD_DEADLINE_MS = 10_000;
const ENGINE_FILE = new URL('./engine.mjs', import.meta.url);

export interface DemoImageRequest {
  engine: DockerEndpoint;
  /** Default: `DEMO_IMAGE`. */
  tag?: string;
  onProgress?: (message: string) => void;
}

export interface DemoImageResult {
  image: string;
  image_id: string;
  /** False when an image of the same content was there. */
  built: boolean;
}

/**
 * Makes the stand-in's image from this machine's own Node binary and its shared libraries, without a registry. An image
 * of the same content under the same tag is kept. Throws when this is not Linux, a library is missing, or the engine
 * refuses.
 */
export async function buildDemoImage(request: DemoImageRequest): Promise<DemoImageResult> {
  const { engine, tag = DEMO_IMAGE, onProgress = () => {} } = request;
  if (process.platform !== 'linux') {
    throw new Error(
      `The stand-in image holds this machine's own Node binary, and a container needs one for Linux (this is ${process.platform}).`,
    );
  }
  const node = await stat(process.execPath);
  const script = await readFile(ENGINE_FILE);
  const label = contentLabel({
    node: { path: process.execPath, size: node.size, mtime_ms: node.mtimeMs },
    script,
  });
  const present = await inspectImage(engine, tag);
  if (present?.label === label) {
    onProgress(`${tag} is up to date`);
    return { image: tag, image_id: present.id, built: false };
  }
  onProgress(`building ${tag} from ${process.execPath}`);
  const libraries = await sharedLibraries(process.execPath);
  const reply = await callDocker(engine, {
    method: 'POST',
    path: importPath(tag, imageChanges(label, unusualFolders(libraries))),
    deadline_ms: IMPORT_DEADLINE_MS,
    tar: writeTar(rootFilesystem({ nodePath: process.execPath, libraries, script })),
  });
  const failure = failureOf(reply);
  if (failure) throw new Error(`The Docker engine refused the stand-in image: ${failure}`);
  const made = await inspectImage(engine, tag);
  if (made?.label !== label) throw new Error(`The Docker engine took ${tag} but does not show it.`);
  if (present?.label && present.id !== made.id) await removeReplaced(engine, present.id);
  return { image: tag, image_id: made.id, built: true };
}

/** The stand-in's backend definition, ready to import. */
export function demoBackendYaml(): string {
  return readFileSync(new URL('./backend.yaml', import.meta.url), 'utf8');
}

/** Names an image's content; equal labels mean that there is nothing to build. */
export function contentLabel(content: {
  node: { path: string; size: number; mtime_ms: number };
  script: Uint8Array;
}): string {
  const { path, size, mtime_ms } = content.node;
  return createHash('sha256')
    .update(JSON.stringify([BUILDER_VERSION, path, size, mtime_ms]))
    .update(content.script)
    .digest('hex');
}

/** The image's configuration, as Dockerfile instructions. */
export function imageChanges(label: string, libraryFolders: string[]): string[] {
  const changes = [
    'ENTRYPOINT ["/usr/bin/node", "/demo/engine.mjs"]',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `LABEL ${LABEL}=${label}`,
  ];
  if (libraryFolders.length > 0) {
    changes.push(`ENV LD_LIBRARY_PATH=${JSON.stringify(libraryFolders.join(':'))}`);
  }
  return changes;
}

export function importPath(image: string, changes: string[]): string {
  const colon = image.lastIndexOf(':');
  const hasTag = colon > image.lastIndexOf('/');
  const query = new URLSearchParams({
    fromSrc: '-',
    repo: hasTag ? image.slice(0, colon) : image,
    tag: hasTag ? image.slice(colon + 1) : 'latest',
  });
  for (const change of changes) query.append('changes', change);
  return `/images/create?${query}`;
}

export function rootFilesystem(parts: {
  nodePath: string;
  libraries: SharedLibrary[];
  script: Uint8Array;
}): TarEntry[] {
  const file = (path: string, content: Uint8Array | { fromFile: string }, mode = 0o644) => {
    return { path, mode, kind: 'file', content } satisfies TarEntry;
  };
  return [
    { path: 'tmp', mode: 0o1777, kind: 'folder' },
    file('etc/passwd', Buffer.from('root:x:0:0:root:/:/usr/bin/node\n')),
    file('etc/hosts', Buffer.from('127.0.0.1 localhost\n')),
    file('usr/bin/node', { fromFile: parts.nodePath }, 0o755),
    file('demo/engine.mjs', parts.script),
    ...parts.libraries.flatMap(({ source, paths }) =>
      paths.map((path) => file(path.slice(1), { fromFile: source }, 0o755)),
    ),
  ];
}

/** Null when it went well. An import answers 200 before it has read the tar; its failure is then a line with `error`. */
export function failureOf(reply: { status: number; text: string }): string | null {
  for (const line of reply.text.split('\n').filter((text) => text.trim() !== '')) {
    try {
      const { error, message }: { error?: unknown; message?: unknown } = JSON.parse(line);
      if (typeof error === 'string') return error;
      if (reply.status >= 400 && typeof message === 'string') return message;
    } catch {
      return `unexpected answer (${reply.status}): ${line.slice(0, 200)}`;
    }
  }
  return reply.status === 200 ? null : `status ${reply.status}`;
}

async function sharedLibraries(program: string): Promise<SharedLibrary[]> {
  const options = { timeout: LDD_DEADLINE_MS, env: { ...process.env, LC_ALL: 'C' } };
  try {
    return parseLdd((await promisify(execFile)('ldd', [program], options)).stdout);
  } catch (error) {
    // For a static program ldd exits with 1 and says why on stderr.
    if (error instanceof Error && isStatic(error.message)) return [];
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot list the shared libraries of ${program}: ${reason}`, { cause: error });
  }
}

async function inspectImage(
  engine: DockerEndpoint,
  image: string,
): Promise<{ id: string; label: string | null } | null> {
  const path = `/images/${image}/json`;
  const reply = await callDocker(engine, { method: 'GET', path, deadline_ms: CALL_DEADLINE_MS });
  if (reply.status === 404) return null;
  const failure = failureOf(reply);
  if (failure) throw new Error(`The Docker engine cannot show ${image}: ${failure}`);
  const found: { Id: string; Config?: { Labels?: Record<string, string> | null } } = JSON.parse(
    reply.text,
  );
  return { id: found.Id, label: found.Config?.Labels?.[LABEL] ?? null };
}

/** A replaced image would stay as 100 MB without a name; one that a container still uses is refused and stays. */
async function removeReplaced(engine: DockerEndpoint, id: string): Promise<void> {
  await callDocker(engine, {
    method: 'DELETE',
    path: `/images/${id}`,
    deadline_ms: CALL_DEADLINE_MS,
  });
}
