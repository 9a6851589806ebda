import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { splitImageReference } from '../../contract/image-reference.ts';
import type { CreateBody } from './create-body.ts';
import { EngineAwayError, EngineRefusedError } from './errors.ts';
import { linesOf } from './lines.ts';
import { lastLines, readLogFrames } from './log-frames.ts';
import { type PullProgress, watchPull } from './pull-progress.ts';
import {
  ContainerDetail,
  ContainerSummary,
  CreateReply,
  ErrorReply,
  EventLine,
  ImageSummary,
  InfoReply,
  PullLine,
  VersionReply,
} from './replies.ts';
import { type CallLimits, callEngine, type EngineCall, readBody } from './transport.ts';

/**
 * The calls of the Docker Engine API that we use, each with a deadline. All of them throw `EngineAwayError` when the
 * engine gives no answer and `EngineRefusedError` when it answers with an error that the call's comment does not name.
 */
export interface Engine {
  version(): Promise<{ version: string; api_version: string }>;
  info(): Promise<EngineInfo>;
  /** Containers in any state with this `key=value` label. */
  list(label: string): Promise<ContainerSummary[]>;
  /** By id or name; null when there is none. */
  inspect(container: string): Promise<ContainerDetail | null>;
  /** Refused with 404: no such image; 409: the name is taken. */
  create(name: string, body: CreateBody): Promise<string>;
  /** Fine when it runs already. */
  start(container: string): Promise<void>;
  /** Fine when it has ended or is gone. `grace_seconds` is what the engine waits before it kills. */
  stop(container: string, grace_seconds: number): Promise<void>;
  /** With its anonymous volumes, running or not. Fine when it is gone. */
  remove(container: string): Promise<void>;
  hasImage(image: string): Promise<boolean>;
  /** All images with a name. */
  listImages(): Promise<ImageSummary[]>;
  /** Resolves when the engine has the image. Refused with 404 when the registry does not show it to us. */
  pull(image: string, options: PullOptions): Promise<void>;
  /** The last lines of both streams. */
  logTail(container: string, lines: number): Promise<string[]>;
  /**
   * Calls `onOpen` once events flow and `onEvent` with the container's id for each. Never resolves: it throws when the
   * stream ends, however it ends.
   */
  events(label: string, follow: FollowOptions): Promise<never>;
}

/** How the engine is set up. */
export interface EngineInfo {
  /** Names of the container runtimes that it knows. */
  runtimes: string[];
  default_runtime: string | null;
  /** Where it keeps images and containers. */
  root_folder: string | null;
  /** Names of the devices that CDI describes to it. Engines before 28.2 do not tell them. */
  cdi_devices: string[];
}

export interface PullOptions {
  signal: AbortSignal;
  /** The engine gets parts of the image; called with each word of it. */
  onProgress: (progress: PullProgress) => void;
}

export interface FollowOptions {
  signal: AbortSignal;
  onOpen: () => void;
  onEvent: (event: { action: string; container_id: string }) => void;
}

const quick: CallLimits = { total_ms: 10_000 };
/** Creating and starting wait for disks, devices and network namespaces. */
const slow: CallLimits = { total_ms: 60_000 };
/** A log that the engine has to search backwards is not worth waiting for. */
const logLimits: CallLimits = { total_ms: 3000 };
const pullStallMs = 120_000;
const largestReplyBytes = 16 * 1024 * 1024;
const largestLogBytes = 256 * 1024;
/** The API version that this client is written for. */
const wantedApi = '1.41';

const watchedActions = ['start', 'die', 'destroy', 'pause', 'unpause'];

export function createEngine(socketPath: string): Engine {
  /** Agreed upon once per engine, and again after it was away: it may have been replaced. */
  let api: Promise<string> | null = null;

  async function readVersion() {
    return call({ method: 'GET', path: '/version', limits: quick }, json(VersionReply));
  }

  function call<Result>(
    options: EngineCall,
    read: (reply: IncomingMessage) => Promise<Result>,
  ): Promise<Result> {
    return callEngine(socketPath, options, async (reply) => {
      if ((reply.statusCode ?? 0) < 400) return read(reply);
      throw await refusal(reply);
    });
  }

  async function versioned<Result>(
    options: EngineCall,
    read: (reply: IncomingMessage) => Promise<Result>,
  ): Promise<Result> {
    api ??= readVersion().then(
      ({ ApiVersion, MinAPIVersion }) =>
        agreeOnApi(wantedApi, MinAPIVersion ?? ApiVersion, ApiVersion),
      (error: unknown) => {
        api = null; // whatever it said, such as a 503 of a proxy before it: it is asked again
        throw error;
      },
    );
    try {
      return await call({ ...options, path: `/v${await api}${options.path}` }, read);
    } catch (error) {
      if (error instanceof EngineAwayError) api = null;
      throw error;
    }
  }

  const engine: Engine = {
    async version() {
      const { Version, ApiVersion } = await readVersion();
      return { version: Version, api_version: ApiVersion };
    },

    async info() {
      // Without a version: the engine leaves out what it did not tell yet in the one that we speak.
      const info = await call({ method: 'GET', path: '/info', limits: quick }, json(InfoReply));
      return {
        runtimes: Object.keys(info.Runtimes ?? {}),
        default_runtime: info.DefaultRuntime ?? null,
        root_folder: info.DockerRootDir ?? null,
        cdi_devices: (info.DiscoveredDevices ?? [])
          .filter(({ Source }) => Source === 'cdi')
          .map(({ ID }) => ID),
      };
    },

    list(label) {
      const query = new URLSearchParams({ all: '1', filters: JSON.stringify({ label: [label] }) });
      return versioned(
        { method: 'GET', path: `/containers/json?${query}`, limits: quick },
        json(z.array(ContainerSummary)),
      );
    },

    inspect(container) {
      return orOn404(
        versioned(
          {
            method: 'GET',
            path: `/containers/${encodeURIComponent(container)}/json`,
            limits: quick,
          },
          json(ContainerDetail),
        ),
        null,
      );
    },

    async create(name, body) {
      const created = await versioned(
        {
          method: 'POST',
          path: `/containers/create?name=${encodeURIComponent(name)}`,
          body,
          limits: slow,
        },
        json(CreateReply),
      );
      return created.Id;
    },

    start: (container) =>
      versioned(
        {
          method: 'POST',
          path: `/containers/${encodeURIComponent(container)}/start`,
          limits: slow,
        },
        nothing,
      ),

    stop(container, graceSeconds) {
      const path = `/containers/${encodeURIComponent(container)}/stop?t=${graceSeconds}`;
      const limits = { total_ms: graceSeconds * 1000 + 30_000 };
      return orOn404(versioned({ method: 'POST', path, limits }, nothing), undefined);
    },

    remove(container) {
      const path = `/containers/${encodeURIComponent(container)}?force=1&v=1`;
      return orOn404(versioned({ method: 'DELETE', path, limits: slow }, nothing), undefined);
    },

    hasImage(image) {
      const path = `/images/${encodeURI(image)}/json`;
      return orOn404(
        versioned({ method: 'GET', path, limits: quick }, async () => true),
        false,
      );
    },

    listImages() {
      return versioned(
        { method: 'GET', path: '/images/json', limits: quick },
        json(z.array(ImageSummary)),
      );
    },

    async pull(image, { signal, onProgress }) {
      const { repository, tag } = splitImageReference(image);
      const query = new URLSearchParams({ fromImage: repository, tag });
      await versioned(
        {
          method: 'POST',
          path: `/images/create?${query}`,
          limits: { head_ms: pullStallMs, stall_ms: pullStallMs },
          signal,
        },
        (reply) => readPull(reply, onProgress),
      );
      // The engine's last word on success is no word at all, so it is asked.
      if (!(await engine.hasImage(image))) {
        throw new EngineRefusedError(500, `the pull of ${image} ended without the image`);
      }
    },

    logTail(container, lines) {
      const query = new URLSearchParams({ stdout: '1', stderr: '1', tail: String(lines) });
      const path = `/containers/${encodeURIComponent(container)}/logs?${query}`;
      return versioned({ method: 'GET', path, limits: logLimits }, async (reply) =>
        lastLines(readLogFrames(await readBody(reply, largestLogBytes)), lines),
      );
    },

    events(label, { signal, onOpen, onEvent }) {
      const filters = { type: ['container'], label: [label], event: watchedActions };
      const query = new URLSearchParams({ filters: JSON.stringify(filters) });
      const limits = { head_ms: 10_000, stall_ms: null };
      return versioned(
        { method: 'GET', path: `/events?${query}`, limits, signal },
        async (reply) => {
          onOpen();
          for await (const line of linesOf(reply)) {
            const event = EventLine.safeParse(parseJson(line));
            if (!event.success)
              throw new EngineAwayError('the events of the Docker engine are broken');
            onEvent({ action: event.data.Action, container_id: event.data.Actor.ID });
          }
          throw new EngineAwayError('the events of the Docker engine ended');
        },
      );
    },
  };
  return engine;
}

/** `wanted`, or the nearest version that the engine speaks. */
export function agreeOnApi(wanted: string, oldest: string, newest: string): string {
  if (compareApi(wanted, oldest) < 0) return oldest;
  return compareApi(wanted, newest) > 0 ? newest : wanted;
}

function compareApi(one: string, other: string): number {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major - otherMajor || minor - otherMinor;
}

async function readPull(
  reply: IncomingMessage,
  onProgress: PullOptions['onProgress'],
): Promise<void> {
  const watch = watchPull();
  for await (const text of linesOf(reply)) {
    const line = PullLine.safeParse(parseJson(text));
    if (!line.success) {
      throw new EngineRefusedError(500, `not a line of a pull: ${text.slice(0, 200)}`);
    }
    const { error, errorDetail } = line.data;
    if (error !== undefined) throw new EngineRefusedError(errorDetail?.code ?? 500, error);
    const progress = watch.take(line.data);
    if (progress) onProgress(progress);
  }
}

function json<Schema extends z.ZodType>(schema: Schema) {
  return async (reply: IncomingMessage): Promise<z.infer<Schema>> => {
    const read = schema.safeParse(parseJson((await readBody(reply, largestReplyBytes)).toString()));
    if (read.success) return read.data;
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw new EngineRefusedError(500, `the Docker engine gave an unknown reply (at "${where}")`);
  };
}

async function nothing(): Promise<void> {}

async function refusal(reply: IncomingMessage): Promise<EngineRefusedError> {
  const text = (await readBody(reply, 64 * 1024)).toString().trim();
  const read = ErrorReply.safeParse(parseJson(text));
  const message = read.success ? read.data.message : text.slice(0, 500);
  return new EngineRefusedError(reply.statusCode ?? 0, message);
}

async function orOn404<Result, Missing>(
  call: Promise<Result>,
  missing: Missing,
): Promise<Result | Missing> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EngineRefusedError && error.status === 404) return missing;
    throw error;
  }
}

/** Undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
