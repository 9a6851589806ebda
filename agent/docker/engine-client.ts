import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { splitImageReference } from '../../contract/image-reference.ts';
import { json, nothing, orOn404, parseJson, refusal } from './answers.ts';
import type { Engine, PullOptions } from './engine.ts';
import { EngineAwayError, EngineRefusedError } from './errors.ts';
import { linesOf } from './lines.ts';
import { lastLines, readLogFrames } from './log-frames.ts';
import { watchPull, watchSteps } from './pull-progress.ts';
import { registryAuth } from './registry-auth.ts';
import {
  ContainerDetail,
  ContainerSummary,
  CreateReply,
  EventLine,
  ImageDetail,
  ImageSummary,
  InfoReply,
  PullLine,
  UsedImage,
  VersionReply,
} from './replies.ts';
import { type CallLimits, callEngine, type EngineCall, readBody } from './transport.ts';

const quick: CallLimits = { total_ms: 10_000 };
/** Creating and starting wait for disks, devices and network namespaces. */
const slow: CallLimits = { total_ms: 60_000 };
/** A log that the engine has to search backwards is not worth waiting for. */
const logLimits: CallLimits = { total_ms: 3000 };
const largestLogBytes = 256 * 1024;
/** The API version that this client is written for. */
const wantedApi = '1.41';

const watchedActions = ['start', 'die', 'destroy', 'pause', 'unpause'];

/** The Docker engine behind a Unix socket. */
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
      const { Version, ApiVersion, Arch } = await readVersion();
      return { version: Version, api_version: ApiVersion, architecture: Arch ?? null };
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

    inspectImage(image) {
      const path = `/images/${encodeURI(image)}/json`;
      const inspection = versioned({ method: 'GET', path, limits: quick }, json(ImageDetail));
      return orOn404(
        inspection.then(({ Id, RepoTags, RepoDigests, Architecture }) => ({
          id: Id,
          tags: RepoTags ?? [],
          digests: RepoDigests ?? [],
          architecture: Architecture,
        })),
        null,
      );
    },

    async usedImages() {
      const containers = await versioned(
        { method: 'GET', path: '/containers/json?all=1', limits: quick },
        json(z.array(UsedImage)),
      );
      return new Set(containers.map(({ ImageID }) => ImageID));
    },

    removeImage(image) {
      const path = `/images/${encodeURI(image)}`;
      return orOn404(versioned({ method: 'DELETE', path, limits: slow }, nothing), undefined);
    },

    listImages() {
      return versioned(
        { method: 'GET', path: '/images/json', limits: quick },
        json(z.array(ImageSummary)),
      );
    },

    async pull(image, { signal, login, onProgress, onStep }) {
      const { repository, tag } = splitImageReference(image);
      const query = new URLSearchParams({ fromImage: repository, tag });
      await versioned(
        {
          method: 'POST',
          path: `/images/create?${query}`,
          headers: login === null ? {} : { 'x-registry-auth': registryAuth(login) },
          limits: { head_ms: null, stall_ms: null },
          signal,
        },
        (reply) => readPull(reply, { onProgress, onStep }),
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
  { onProgress, onStep }: Pick<PullOptions, 'onProgress' | 'onStep'>,
): Promise<void> {
  const watch = watchPull();
  const steps = watchSteps();
  for await (const text of linesOf(reply)) {
    const line = PullLine.safeParse(parseJson(text));
    if (!line.success) {
      throw new EngineRefusedError(500, `not a line of a pull: ${text.slice(0, 200)}`);
    }
    const { error, errorDetail } = line.data;
    if (error !== undefined) throw new EngineRefusedError(errorDetail?.code ?? 500, error);
    if (steps.isStep(line.data)) onStep();
    const progress = watch.take(line.data);
    if (progress) onProgress(progress);
  }
}
