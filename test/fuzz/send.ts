import { request as open } from 'node:http';
import { addressOf, bytesOf, type FuzzRequest } from './request.ts';

export interface FuzzReply {
  status: number;
  headers: Headers;
  text: string;
  /** From `Server-Timing`; null where the answer is not the control plane's. */
  rowsWritten: number | null;
}

/** Sends the request as it stands, on a connection of its own. @throws where no answer comes */
export function send(url: string, request: FuzzRequest): Promise<FuzzReply> {
  const bytes = bytesOf(request.body);
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = open(
      {
        hostname,
        port,
        path: addressOf(request),
        method: request.method,
        headers: {
          ...request.headers,
          ...(bytes ? { 'content-length': String(bytes.length) } : {}),
        },
        agent: false,
        timeout: 20_000,
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.once('error', reject);
        reply.once('end', () => {
          const headers = new Headers();
          for (const [name, value] of Object.entries(reply.headers)) {
            if (value !== undefined) headers.set(name, String(value));
          }
          const written = /db-rows-written;desc="(\d+)"/.exec(headers.get('server-timing') ?? '');
          resolve({
            status: reply.statusCode ?? 0,
            headers,
            text: Buffer.concat(chunks).toString('utf8'),
            rowsWritten: written ? Number(written[1]) : null,
          });
        });
      },
    );
    sent.once('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers: new Headers(), text: '', rowsWritten: null });
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.once('error', reject);
    sent.end(bytes);
  });
}
