import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

export interface Size {
  bytes: number;
  gzip_bytes: number;
}

export function sizeOf(file: string): Size {
  const content = readFileSync(file);
  return { bytes: content.length, gzip_bytes: gzipSync(content).length };
}

export function describeSize({ bytes, gzip_bytes }: Size): string {
  const kilobytes = (count: number) => `${Math.ceil(count / 1024)} KB`;
  return `${kilobytes(bytes)} (${kilobytes(gzip_bytes)} gzipped)`;
}
