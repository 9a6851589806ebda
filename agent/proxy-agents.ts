import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** Of making a connection through a proxy. */
export interface ConnectLimits {
  /** Until the proxy has taken the connection and, where it is asked for a tunnel, has said that there is one. */
  deadline_ms: number;
  signal?: AbortSignal;
}

type Options = Readonly<{ keepAlive?: boolean }>;

/**
 * The libraries wait for a proxy for ever, and a request that is destroyed meanwhile says nothing before it has a socket.
 * These give the proxy up, with its socket, and the request then fails.
 */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #options: Options;
  readonly #limits: ConnectLimits;

  constructor(proxy: string, options: Options, limits: ConnectLimits) {
    super(proxy, options);
    this.#options = options;
    this.#limits = limits;
  }

  override connect(...[request, to]: Parameters<HttpsProxyAgent<string>['connect']>) {
    return within(this.#limits, this.proxy, (signal) =>
      new HttpsProxyAgent(this.proxy.href, { ...this.#options, signal }).connect(request, to),
    );
  }
}

/** For addresses without TLS, which a proxy is asked for in words. */
export class PlainProxyAgent extends HttpProxyAgent<string> {
  readonly #options: Options;
  readonly #limits: ConnectLimits;

  constructor(proxy: string, options: Options, limits: ConnectLimits) {
    super(proxy, options);
    this.#options = options;
    this.#limits = limits;
  }

  override connect(...[request, to]: Parameters<HttpProxyAgent<string>['connect']>) {
    return within(this.#limits, this.proxy, (signal) =>
      new HttpProxyAgent(this.proxy.href, { ...this.#options, signal }).connect(request, to),
    );
  }
}

/** The signal destroys the socket on the way to the proxy. What was connected in time it touches no more. */
async function within<Socket>(
  { deadline_ms, signal }: ConnectLimits,
  proxy: URL,
  connect: (signal: AbortSignal) => Promise<Socket>,
): Promise<Socket> {
  const given = new AbortController();
  const late = new Error(`the proxy ${proxy.host} did not connect within ${deadline_ms / 1000} s`);
  const timer = setTimeout(() => given.abort(late), deadline_ms);
  const follow = () => given.abort(signal?.reason);
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow);
  try {
    return await connect(given.signal);
  } catch (error) {
    throw given.signal.aborted ? given.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', follow);
  }
}
