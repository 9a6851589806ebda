import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** One call to the engine on its way. */
export interface DoorCall {
  /** As `POST /containers/create?name=x`, without the version. */
  call: string;
  /** The name of what is called, such as `create`. */
  verb: string;
}

/** What happens to a call. Without any of these it passes. */
export interface Passage {
  /** The call gets no further: the connection is cut when this has resolved. */
  before?: () => Promise<void> | void;
  /** The call takes effect and its reply gets no further: the connection is cut when this has resolved. */
  after?: () => Promise<void> | void;
  /** Done in place of the engine; gives the body of its reply. */
  instead?: () => Promise<string>;
}

/** A Docker engine's socket with a test in front of it. */
export interface EngineDoor {
  /** Every call and the status of its reply; null: none came. */
  readonly calls: { call: string; verb: string; status: number | null }[];
  /** Asked about every call. */
  rule: (call: DoorCall) => Passage | null;
  close(): Promise<void>;
}

const verbs: [RegExp, string][] = [
  [/^GET \/version/, 'version'],
  [/^GET \/info/, 'info'],
  [/^GET \/events/, 'events'],
  [/^GET \/images\/json/, 'images'],
  [/^GET \/images\/.*\/json/, 'image'],
  [/^POST \/images\/create/, 'pull'],
  [/^GET \/containers\/json/, 'list'],
  [/^POST \/containers\/create/, 'create'],
  [/^GET \/containers\/[^/]+\/json/, 'inspect'],
  [/^GET \/containers\/[^/]+\/logs/, 'logs'],
  [/^POST \/containers\/[^/]+\/start/, 'start'],
  [/^POST \/containers\/[^/]+\/stop/, 'stop'],
  [/^DELETE \/containers\//, 'remove'],
];
/** All calls that an agent makes. */
export const engineVerbs = verbs.map(([, verb]) => verb);

export async function openDoor(socket: string, engineSocket: string): Promise<EngineDoor> {
  const door: Pick<EngineDoor, 'calls' | 'rule'> = { calls: [], rule: () => null };

  async function handle(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const call = `${asked.method} ${(asked.url ?? '').replace(/^\/v1\.\d+/, '')}`;
    const verb = verbs.find(([pattern]) => pattern.test(call))?.[1];
    if (verb === undefined) throw new Error(`the agent makes a call of another kind: ${call}`);
    const known = { call, verb, status: null as number | null };
    door.calls.push(known);
    const body: Buffer[] = [];
    for await (const chunk of asked) body.push(Buffer.from(chunk));
    const { before, after, instead } = door.rule({ call, verb }) ?? {};
    if (before) {
      await before();
      reply.destroy();
      return;
    }
    if (instead) {
      const text = await instead();
      known.status = 200;
      if (!after) return void reply.writeHead(200).end(text);
      await after();
      reply.destroy();
      return;
    }
    const answer = await forward(asked, Buffer.concat(body), reply);
    known.status = answer.statusCode ?? null;
    if (after) {
      // An endless reply has begun when its head is here.
      if (verb !== 'events') for await (const _ of answer);
      await after();
      answer.destroy();
      reply.destroy();
      return;
    }
    reply.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(reply);
    answer.on('error', () => reply.destroy());
  }

  function forward(asked: IncomingMessage, body: Buffer, reply: ServerResponse) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const { method, url: path, headers } = asked;
      const sent = request({ socketPath: engineSocket, agent: false, method, path, headers });
      sent.on('response', resolve);
      sent.on('error', reject);
      reply.on('close', () => sent.destroy());
      sent.end(body);
    });
  }

  const server = createServer((asked, reply) => {
    // An engine that is away, and a caller that is.
    handle(asked, reply).catch(() => reply.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return Object.assign(door, {
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
