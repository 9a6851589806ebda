import { canonicalImage } from '../../contract/image-reference.ts';
import type { RegistryLogin } from '../../contract/registry.ts';
import type { Clock } from '../clock.ts';
import type { CreateBody } from '../docker/container-body.ts';
import type { Engine, FollowOptions, ImageFacts, PullOptions } from '../docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from '../docker/errors.ts';
import type { PullProgress } from '../docker/pull-progress.ts';
import type { ContainerDetail } from '../docker/replies.ts';

interface MemoryContainer {
  id: string;
  name: string;
  body: Pick<CreateBody, 'Image' | 'Labels' | 'StopTimeout'> &
    Partial<Pick<CreateBody, 'HostConfig'>>;
  image_id: string;
  status: ContainerDetail['State']['Status'];
  exit_code: number;
  oom_killed: boolean;
  started_at: string;
  log: string[];
}

/** A Docker engine in memory, for faults that a real one cannot be brought to without harm to its other users. */
export class MemoryEngine implements Engine {
  readonly images = new Set(['longshore/stand-in:1']);
  /** What is special about images, by name. */
  readonly imageFacts = new Map<string, Partial<ImageFacts>>();
  /** What somebody pulled, and with which login. */
  readonly logins: (RegistryLogin | null)[] = [];
  readonly containers = new Map<string, MemoryContainer>();
  /** Every call that changes something, as `verb name`. */
  readonly calls: string[] = [];
  /** No call is answered. */
  away = false;
  /** Names of containers that it is stuck with: it lists them and answers nothing else about them. */
  readonly stuck = new Set<string>();
  /** The next calls of these verbs fail so, after (`late`) or before they take effect. */
  readonly faults: { verb: string; error: Error; late: boolean }[] = [];
  /** What a pull tells before it waits. */
  pullProgress: PullProgress[] = [
    { bytes_done: 0, bytes_total: 4e9, layers_done: 0, layers: 1, all_known: true },
  ];
  /** Pulls wait until this resolves. */
  pullGate: Promise<void> = Promise.resolve();
  /** Under way, so that a test can let them go on or tell of them. */
  readonly pulling = new Map<string, PullOptions>();
  readonly #followers = new Set<{ follow: FollowOptions; end: (error: Error) => void }>();
  readonly #clock: Clock;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a container as somebody else would. */
  put(name: string, labels: Record<string, string>, status: MemoryContainer['status'] = 'running') {
    const id = `c${++this.#count}`;
    const container: MemoryContainer = {
      id,
      name,
      body: { Image: 'longshore/stand-in:1', Labels: labels, StopTimeout: 5 },
      image_id: this.#idOf('longshore/stand-in:1'),
      status,
      exit_code: 0,
      oom_killed: false,
      started_at: status === 'created' ? '0001-01-01T00:00:00Z' : this.#time(),
      log: [],
    };
    this.containers.set(id, container);
    return container;
  }

  byName(name: string): MemoryContainer | undefined {
    return [...this.containers.values()].find((container) => container.name === name);
  }

  /** The container's process ends. */
  exit(name: string, code: number, log: string[] = [], oom_killed = false): void {
    const container = this.byName(name);
    if (!container) throw new Error(`no container ${name}`);
    Object.assign(container, { status: 'exited', exit_code: code, oom_killed, log });
    this.#tell('die', container.id);
  }

  /** Somebody else removes it. */
  removeByHand(name: string): void {
    const container = this.byName(name);
    if (!container) throw new Error(`no container ${name}`);
    this.containers.delete(container.id);
    this.#tell('destroy', container.id);
  }

  breakEvents(): void {
    for (const { end } of [...this.#followers]) end(new EngineAwayError('cut'));
  }

  async version() {
    this.#answer('version');
    return { version: '28.0.0', api_version: '1.48', architecture: 'amd64' };
  }

  async info() {
    this.#answer('info');
    return { runtimes: ['runc'], default_runtime: 'runc', root_folder: null, cdi_devices: [] };
  }

  async list(label: string) {
    this.#answer('list');
    const [key = '', value] = label.split('=');
    return [...this.containers.values()]
      .filter(({ body }) => body.Labels[key] === value)
      .map(({ id, name, body, status }) => ({
        Id: id,
        Names: [`/${name}`],
        Labels: body.Labels,
        State: status,
      }));
  }

  async inspect(container: string): Promise<ContainerDetail | null> {
    this.#answer('inspect');
    const found = this.#find(container);
    if (!found) return null;
    if (this.stuck.has(found.name)) throw new EngineAwayError('the Docker engine did not answer');
    return {
      Id: found.id,
      Name: `/${found.name}`,
      State: {
        Status: found.status,
        ExitCode: found.exit_code,
        OOMKilled: found.oom_killed,
        Error: '',
        StartedAt: found.started_at,
      },
      Image: found.image_id,
      Config: {
        Image: found.body.Image,
        Labels: found.body.Labels,
        StopTimeout: found.body.StopTimeout,
      },
      HostConfig: { Memory: found.body.HostConfig?.Memory ?? 0 },
    };
  }

  async create(name: string, body: CreateBody) {
    return this.#change('create', name, () => {
      if (this.byName(name)) throw new EngineRefusedError(409, 'Conflict. The name is in use');
      if (!this.images.has(body.Image)) throw new EngineRefusedError(404, 'No such image');
      const container = this.put(name, body.Labels, 'created');
      container.body = body;
      container.image_id = this.#idOf(body.Image);
      return container.id;
    });
  }

  async start(container: string) {
    const found = this.#demand(container);
    this.#change('start', found.name, () => {
      if (found.status === 'running') return;
      this.#count++;
      Object.assign(found, { status: 'running', started_at: this.#time() });
      this.#tell('start', found.id);
    });
  }

  async stop(container: string) {
    const found = this.#find(container);
    if (!found) return;
    this.#change('stop', found.name, () => {
      if (found.status !== 'running' && found.status !== 'paused') return;
      Object.assign(found, { status: 'exited', exit_code: 143 });
      this.#tell('die', found.id);
    });
  }

  async remove(container: string) {
    const found = this.#find(container);
    if (!found) return;
    this.#change('remove', found.name, () => {
      this.containers.delete(found.id);
      this.#tell('destroy', found.id);
    });
  }

  async hasImage(image: string) {
    this.#answer('hasImage');
    return this.images.has(image);
  }

  async inspectImage(image: string) {
    this.#answer('inspectImage');
    const name = [...this.images].find(
      (one) => canonicalImage(one) === canonicalImage(image) || this.#idOf(one) === image,
    );
    if (name === undefined) return null;
    const plain = { id: this.#idOf(name), tags: [name], digests: [], architecture: 'amd64' };
    return { ...plain, ...this.imageFacts.get(name) };
  }

  async usedImages() {
    this.#answer('usedImages');
    return new Set([...this.containers.values()].map(({ image_id }) => image_id));
  }

  async removeImage(image: string) {
    this.#change('removeImage', image, () => {
      const name = [...this.images].find(
        (one) => canonicalImage(one) === canonicalImage(image) || this.#idOf(one) === image,
      );
      if (name !== undefined) this.images.delete(name);
    });
  }

  async listImages() {
    this.#answer('listImages');
    return [...this.images].map((image, index) => ({
      Id: this.#idOf(image),
      Created: index,
      RepoTags: [image],
      RepoDigests: null,
    }));
  }

  async pull(image: string, options: PullOptions) {
    const { signal, login, onProgress } = options;
    this.calls.push(`pull ${image}`);
    this.logins.push(login);
    this.#answer('pull');
    for (const progress of this.pullProgress) onProgress(progress);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    this.pulling.set(image, options);
    try {
      await Promise.race([this.pullGate, aborted]);
    } finally {
      this.pulling.delete(image);
    }
    this.images.add(image);
  }

  async logTail(container: string, lines: number) {
    this.#answer('logTail');
    return this.#demand(container).log.slice(-lines);
  }

  events(_label: string, follow: FollowOptions): Promise<never> {
    return new Promise((_, reject) => {
      if (this.away) return reject(new EngineAwayError('away'));
      const follower = {
        follow,
        end: (error: Error) => {
          this.#followers.delete(follower);
          reject(error);
        },
      };
      this.#followers.add(follower);
      follow.signal.addEventListener('abort', () => follower.end(follow.signal.reason));
      follow.onOpen();
    });
  }

  #idOf(image: string): string {
    return this.imageFacts.get(image)?.id ?? `sha256:of-${image}`;
  }

  #answer(verb: string, late = false): void {
    if (this.away) throw new EngineAwayError('the Docker engine did not answer');
    const at = this.faults.findIndex((fault) => fault.verb === verb && fault.late === late);
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    if (fault) throw fault.error;
  }

  #change<Result>(verb: string, name: string, take: () => Result): Result {
    this.calls.push(`${verb} ${name}`);
    this.#answer(verb);
    const result = take();
    this.#answer(verb, true);
    return result;
  }

  #find(container: string): MemoryContainer | undefined {
    return this.containers.get(container) ?? this.byName(container);
  }

  #demand(container: string): MemoryContainer {
    const found = this.#find(container);
    if (!found) throw new EngineRefusedError(404, `No such container: ${container}`);
    return found;
  }

  #tell(action: string, id: string): void {
    for (const { follow } of this.#followers) follow.onEvent({ action, container_id: id });
  }

  /** No two runs begin at the same time. */
  #time(): string {
    const text = new Date(this.#clock.wall()).toISOString();
    return text.replace('Z', `${String(this.#count).padStart(6, '0')}Z`);
  }
}
