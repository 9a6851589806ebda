import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface ImageOptions {
  /** Sizes of its layers, of random bytes; default: one of 10,000. */
  layers?: number[];
  architecture?: string;
  /** Behind a list of platforms, as images for several are; the engine then looks for its own. */
  asList?: boolean;
}

interface Target {
  url: string;
  username: string;
  password: string;
}

const type = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

/** Puts an image that nothing runs into a registry, by the distribution API. Gives the digest of what the tag names. */
export async function pushImage(
  { url, username, password }: Target,
  image: ImageOptions & { repository: string; tag: string },
): Promise<string> {
  const { repository, tag, layers = [10_000], architecture = 'amd64', asList = false } = image;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  async function send(method: string, address: string, body?: Buffer, contentType = '') {
    const headers = { authorization, ...(contentType ? { 'content-type': contentType } : {}) };
    const reply = await fetch(address, {
      method,
      headers,
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
    if (!reply.ok) throw new Error(`${method} ${address}: ${reply.status} ${await reply.text()}`);
    return reply;
  }

  async function putBlob(content: Buffer) {
    const begun = await send('POST', `${url}/v2/${repository}/blobs/uploads/`);
    const upload = new URL(begun.headers.get('location') ?? '', url);
    upload.searchParams.set('digest', digestOf(content));
    await send('PUT', upload.href, content, 'application/octet-stream');
    return { size: content.length, digest: digestOf(content) };
  }

  async function putManifest(reference: string, mediaType: string, value: object) {
    const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...value }));
    await send('PUT', `${url}/v2/${repository}/manifests/${reference}`, content, mediaType);
    return { size: content.length, digest: digestOf(content), mediaType };
  }

  const tars = layers.map((size, at) => tarOf(`layer-${at}`, randomBytes(size)));
  const blobs = await Promise.all(tars.map((tar) => putBlob(gzipSync(tar, { level: 1 }))));
  const config = {
    architecture,
    os: 'linux',
    config: { Cmd: ['/layer-0'] },
    rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
  };
  const manifest = await putManifest(asList ? `${tag}-one` : tag, type.manifest, {
    config: { mediaType: type.config, ...(await putBlob(Buffer.from(JSON.stringify(config)))) },
    layers: blobs.map((blob) => ({ mediaType: type.layer, ...blob })),
  });
  if (!asList) return manifest.digest;
  const manifests = [{ ...manifest, platform: { architecture, os: 'linux' } }];
  return (await putManifest(tag, type.list, { manifests })).digest;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** One executable file, in the ustar form. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o755, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}
