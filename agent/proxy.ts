import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isSpared } from './no-proxy.ts';
import { type ConnectLimits, PlainProxyAgent, TunnelAgent } from './proxy-agents.ts';

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
 * lower-case one first, and NO_PROXY. This machine itself is never asked for through a proxy.
 */
export function proxyFor(address: string, env: Env): string | null {
  const { protocol, hostname, port } = new URL(address);
  const proxy = read(env, protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (proxy === '') return null;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const isHere = host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
  const target = { host, port: port || (protocol === 'https:' ? '443' : '80') };
  return isHere || isSpared(target, read(env, 'no_proxy')) ? null : withScheme(proxy);
}

/** Connections for calls to an http(s) address, through the proxy that it has, which must take them within the limits. */
export function connectionsTo(
  address: string,
  env: Env,
  { keepAlive, ...limits }: ConnectLimits & { keepAlive: boolean },
) {
  const proxy = proxyFor(address, env);
  const secure = address.startsWith('https:');
  if (proxy === null) return secure ? new HttpsAgent({ keepAlive }) : new HttpAgent({ keepAlive });
  const Through = secure ? TunnelAgent : PlainProxyAgent;
  return new Through(proxy, { keepAlive }, limits);
}

/** For a WebSocket to an http(s) address: a tunnel, also without TLS. Undefined: no proxy. */
export function tunnelTo(address: string, env: Env, limits: ConnectLimits): HttpAgent | undefined {
  const proxy = proxyFor(address, env);
  return proxy === null ? undefined : new TunnelAgent(proxy, {}, limits);
}

function read(env: Env, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim();
}

function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
