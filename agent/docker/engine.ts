import type { RegistryLogin } from '../../contract/registry.ts';
import type { CreateBody } from './container-body.ts';
import type { PullProgress } from './pull-progress.ts';
import type { ContainerDetail, ContainerSummary, ImageSummary } from './replies.ts';

/**
 * The calls of the Docker Engine API that we use, each with a deadline. All of them throw `EngineAwayError` when the
 * engine gives no answer and `EngineRefusedError` when it answers with an error that the call's comment does not name.
 */
export interface Engine {
  /** `architecture`: such as `amd64`; null where it is not told. */
  version(): Promise<{ version: string; api_version: string; architecture: string | null }>;
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
  /** By name or id; null when there is none. */
  inspectImage(image: string): Promise<ImageFacts | null>;
  /** Ids of the images of all containers, running or not, whoever made them. */
  usedImages(): Promise<ReadonlySet<string>>;
  /** A name, and the image with its last one. Fine when it is gone. Refused with 409: a container uses it. */
  removeImage(image: string): Promise<void>;
  /** All images with a name. */
  listImages(): Promise<ImageSummary[]>;
  /**
   * Resolves when the engine has the image. Refused with 404 when the registry does not show it to us. It has no
   * deadline: who calls it ends what makes no step.
   */
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

/** What an image is. */
export interface ImageFacts {
  id: string;
  /** Its names. */
  tags: string[];
  /** What registries know it by, such as `redis@sha256:...`. */
  digests: string[];
  /** Such as `amd64`. */
  architecture: string;
}

export interface PullOptions {
  signal: AbortSignal;
  /** Null: pulled as anybody. */
  login: RegistryLogin | null;
  /** It went forward, if only by a word. */
  onStep: () => void;
  /** The engine gets parts of the image; called with each word of it. */
  onProgress: (progress: PullProgress) => void;
}

export interface FollowOptions {
  signal: AbortSignal;
  onOpen: () => void;
  onEvent: (event: { action: string; container_id: string }) => void;
}
