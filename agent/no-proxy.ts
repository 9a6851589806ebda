import { BlockList, isIP } from 'node:net';

/** Of an address that is asked for; the host as a URL has it, in small letters, without brackets. */
export interface Target {
  host: string;
  port: string;
}

/**
 * Whether NO_PROXY spares a target, as curl and Go (golang.org/x/net/http/httpproxy) read it where they agree, and one of
 * them does where they do not. Rules are parted by commas or blanks: `*`; a name, with all below it, also written `.name`;
 * `*.name`, what is below it only; an address; a network such as `10.0.0.0/8`; each with a port or without. A rule that
 * is none of these, such as a network with a broken mask, spares nothing. Never throws.
 */
export function isSpared(target: Target, noProxy: string): boolean {
  const rules = noProxy.toLowerCase().split(/[\s,]+/);
  const host = target.host.replace(/\.$/, '');
  return rules.some((rule) => spares(rule, { ...target, host }));
}

function spares(rule: string, { host, port }: Target): boolean {
  if (rule === '*') return true;
  const [, bare = rule, itsPort = ''] = /^(\[[^\]]+\]|[^:]+):(\d*)$/.exec(rule) ?? [];
  if (itsPort !== '' && itsPort !== port) return false;
  const written = bare.replace(/^\[(.*)\]$/, '$1');
  const network = readNetwork(written);
  if (network) return isIP(host) !== 0 && network.check(host, typeOf(host));
  if (isIP(host) !== 0) return false;
  const name = written.replace(/^\*?\./, '').replace(/\.$/, '');
  if (name === '') return false;
  return (host === name && !written.startsWith('*')) || host.endsWith(`.${name}`);
}

/** Of an address or `address/bits`; null: it is neither. */
function readNetwork(written: string): BlockList | null {
  const [, address = '', bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(written) ?? [];
  const family = isIP(address);
  if (family === 0) return null;
  const most = family === 4 ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  if (length > most) return null;
  const list = new BlockList();
  list.addSubnet(address, length, typeOf(address));
  return list;
}

function typeOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
