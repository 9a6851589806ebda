import { readFileSync } from 'node:fs';

/** What a tool printed on a real machine; `printed/README.md` says where it is from. */
export function printed(file: string): string {
  return readFileSync(new URL(`./printed/${file}`, import.meta.url), 'utf8');
}
