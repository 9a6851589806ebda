import type { PullLine } from './replies.ts';

/** How far a pull has got. Layers that were here before count as done, and none of their bytes do. */
export interface PullProgress {
  bytes_done: number;
  /** Of the layers whose size is known. */
  bytes_total: number;
  layers_done: number;
  layers: number;
  /** The engine has begun with every layer, so that `bytes_total` is all of it. */
  all_known: boolean;
}

export interface PullWatch {
  /** Null while the line tells of no part of the image that is got. */
  take(line: PullLine): PullProgress | null;
}

interface Layer {
  done_bytes: number;
  /** Null while the engine has not said. */
  total_bytes: number | null;
  done: boolean;
}

/** Adds up what the lines of a pull say of each layer. */
export function watchPull(): PullWatch {
  const layers = new Map<string, Layer>();
  let gets = false;

  function progress(): PullProgress {
    const all = [...layers.values()];
    return {
      bytes_done: sum(all.map(({ done_bytes }) => done_bytes)),
      bytes_total: sum(all.map(({ total_bytes }) => total_bytes ?? 0)),
      layers_done: all.filter(({ done }) => done).length,
      layers: all.length,
      all_known: all.every(({ done, total_bytes }) => done || total_bytes !== null),
    };
  }

  return {
    take({ id, status, progressDetail }) {
      if (progressDetail?.current !== undefined) gets = true;
      if (id !== undefined && status !== undefined) {
        const next = afterLine(layers.get(id), status, progressDetail);
        if (next) layers.set(id, next);
      }
      return gets ? progress() : null;
    },
  };
}

export interface StepWatch {
  /** False for what was said before, and for the word that something is tried again. */
  isStep(line: PullLine): boolean;
}

/** Tells lines that go forward from those that only show that the engine is there: containerd's store repeats itself. */
export function watchSteps(): StepWatch {
  const last = new Map<string, string>();
  return {
    isStep({ id = '', status = '', progressDetail }) {
      if (status.startsWith('Retrying')) return false;
      const said = `${status} ${progressDetail?.current ?? ''}`;
      if (last.get(id) === said) return false;
      last.set(id, said);
      return true;
    },
  };
}

/** The words of Moby and of containerd's image store (`docker pull` shows them); unknown ones change nothing. */
function afterLine(
  before: Layer | undefined,
  status: string,
  detail: PullLine['progressDetail'],
): Layer | undefined {
  const layer = before ?? { done_bytes: 0, total_bytes: null, done: false };
  switch (status) {
    case 'Pulling fs layer':
    case 'Waiting':
      return layer;
    case 'Downloading': {
      const total = detail?.total !== undefined && detail.total > 0 ? detail.total : null;
      const done = Math.max(layer.done_bytes, detail?.current ?? 0);
      return { ...layer, done_bytes: done, total_bytes: total ?? layer.total_bytes };
    }
    case 'Verifying Checksum':
    case 'Download complete':
    case 'Extracting':
      return { ...layer, done_bytes: layer.total_bytes ?? layer.done_bytes };
    case 'Pull complete':
    case 'Already exists':
      return { ...layer, done_bytes: layer.total_bytes ?? layer.done_bytes, done: true };
    default:
      return before;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Such as `1.2 GB of 4.1 GB, 3 of 7 layers`. */
export function pullInWords(progress: PullProgress): string {
  const { bytes_done, bytes_total, layers_done, layers, all_known } = progress;
  const of = all_known ? 'of' : 'of more than';
  return `${bytesInWords(bytes_done)} ${of} ${bytesInWords(bytes_total)}, ${layers_done} of ${layers} layers`;
}

/** Decimal units, as registries and `docker` show them. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
