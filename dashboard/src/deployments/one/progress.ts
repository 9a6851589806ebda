import type { Instance } from '../../../../contract/instance.ts';

export interface Progress {
  /** Null: it is under way, and nobody knows how far. */
  percent: number | null;
  label: string;
}

const unitBytes: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
/** `Downloading x: 1.2 of 1.5 GB (80 %), ...`, as the agent says of a model. */
const ofModel = /\((\d{1,3}) %\)/;
/** `the image x is being pulled: 1.2 GB of more than 4.1 GB, 3 of 7 layers ...`, as it says of an image. */
const ofImage = /([\d.]+) (k?B|MB|GB|TB) of (?:more than )?([\d.]+) (k?B|MB|GB|TB)\b/;

/** How far an image or a model has come, as its host tells it in words; null where nothing is being fetched. */
export function progressOf({
  state,
  message,
}: Pick<Instance, 'state' | 'message'>): Progress | null {
  if (state !== 'pulling' && state !== 'downloading') return null;
  const label = state === 'pulling' ? 'Image pull' : 'Model download';
  return { percent: percentIn(message), label };
}

function percentIn(message: string): number | null {
  const model = ofModel.exec(message);
  if (model) return Math.min(100, Number(model[1]));
  const image = ofImage.exec(message);
  if (!image) return null;
  const [, done, doneUnit = '', total, totalUnit = ''] = image;
  const totalBytes = Number(total) * (unitBytes[totalUnit] ?? 1);
  if (totalBytes === 0) return null;
  const doneBytes = Number(done) * (unitBytes[doneUnit] ?? 1);
  return Math.min(100, Math.round((100 * doneBytes) / totalBytes));
}
