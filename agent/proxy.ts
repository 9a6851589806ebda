import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

export type Env = Readonly<Record<string, string | undefined>>;

const names = ['https_proxy', 'http_proxy'] as const;

/** What is wrong with the proxies of an environment, or null. */
export function proxyFault(env: Env): string | null {
  for (const name of names) {
    const written = read(env, name);
    const proxy = withScheme(written);
    if (written === '' || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)))
      continue;
    return `${name.toUpperCase()} must be the address of an HTTP proxy, such as http://proxy.example:3128`;
  }
  return null;
}

export function hasProxy(env: Env): boolean {
  return names.some((name) => read(env, name) !== '');
}

/**
 * The proxy for an http(s) address, or null, as curl and Go read the environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, the
 * lower-case one first. NO_PROXY: `*`, a host (with all below it), `.host`, an address, a network, each with a port or
 * without. This machine itself is never asked for through a proxy.
 */
export function proxyFor(address: string, env: Env): string | null {
  const { protocol, hostname, port } = new URL(address);
  const proxy = read(env, protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (proxy === '') return null;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const isHere = host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
  const target = { host, port: port || (protocol === 'https:' ? '443' : '80') };
  const spared = read(env, 'no_proxy')
    .split(/[\s,]+/)
    .filter(Boolean);
  return isHere || spared.some((rule) => isSpared(target, rule.toLowerCase()))
    ? null
    : withScheme(proxy);
}

/** Connections for calls to an http(s) address, through the proxy that it has. */
export function connectionsTo(address: string, env: Env, options: { keepAlive: boolean }) {
  const proxy = proxyFor(address, env);
  const secure = address.startsWith('https:');
  if (proxy === null) return secure ? new HttpsAgent(options) : new HttpAgent(options);
  return secure ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
}

/** For a WebSocket to an http(s) address: a tunnel, also without TLS. Undefined: no proxy. */
export function tunnelTo(address: string, env: Env): HttpAgent | undefined {
  const proxy = proxyFor(address, env);
  return proxy === null ? undefined : new HttpsProxyAgent(proxy);
}

function read(env: Env, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim();
}

function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isSpared(target: { host: string; port: string }, rule: string): boolean {
  if (rule === '*') return true;
  const [, bare, port] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(rule) ?? [undefined, rule];
  if (port !== undefined && port !== target.port) return false;
  const named = (bare ?? rule).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  const [network = '', bits] = named.split('/');
  const family = isIP(network);
  if (bits === undefined || family === 0) {
    return target.host === named || (isIP(target.host) === 0 && target.host.endsWith(`.${named}`));
  }
  if (isIP(target.host) !== family || !(Number(bits) <= (family === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), type);
  return list.check(target.host, type);
}
