import type { Gpu, Inventory } from '../../contract/host.ts';
import type { HostEvent } from './store/events.ts';

/** `folds`: it says nothing else the next time. */
type Change = Pick<HostEvent, 'type' | 'message' | 'folds'>;

/** What a person should know of a host that has something else than before. Pure. */
export function inventoryChanges(before: Inventory, after: Inventory): Change[] {
  return [
    ...engineChange(before, after),
    ...gpuChange(before.gpus, after.gpus),
    ...(before.address === after.address
      ? []
      : [
          {
            type: 'address_changed' as const,
            message: `Its address is ${after.address} now; it was ${before.address}.`,
          },
        ]),
    ...conditionChanges(before, after),
  ];
}

function engineChange(
  { docker: before }: Inventory,
  { docker: after, conditions }: Inventory,
): Change[] {
  if ((before === null) === (after === null)) return [];
  const why = conditions.find(({ code }) => code === engineCondition)?.message;
  return after
    ? [
        {
          type: 'engine_back',
          message: `Its Docker engine answers again (version ${after.version}).`,
          folds: true,
        },
      ]
    : [{ type: 'engine_lost', message: why ?? 'Its Docker engine does not answer.', folds: true }];
}

function gpuChange(before: readonly Gpu[], after: readonly Gpu[]): Change[] {
  const gone = without(before, after);
  const come = without(after, before);
  if (gone.length + come.length === 0) return [];
  const parts = [
    ...(gone.length > 0 ? [`gone: ${inWords(gone)}`] : []),
    ...(come.length > 0 ? [`new: ${inWords(come)}`] : []),
  ];
  return [
    {
      type: 'gpus_changed',
      message: `It has ${after.length} ${after.length === 1 ? 'GPU' : 'GPUs'} now; ${parts.join('; ')}.`,
    },
  ];
}

function without(gpus: readonly Gpu[], others: readonly Gpu[]): Gpu[] {
  const known = new Set(others.map(({ uuid }) => uuid));
  return gpus.filter(({ uuid }) => !known.has(uuid));
}

function inWords(gpus: readonly Gpu[]): string {
  return gpus.map(({ index, name, uuid }) => `GPU ${index} (${name}, ${uuid})`).join(', ');
}

/** Told as the engine's own coming and going. */
const engineCondition = 'docker_unavailable';

function conditionChanges(before: Inventory, after: Inventory): Change[] {
  const has = ({ conditions }: Inventory, wanted: string) =>
    conditions.some(({ code }) => code === wanted);
  const told = ({ conditions }: Inventory) =>
    conditions.filter(({ code }) => code !== engineCondition);
  return [
    ...told(after)
      .filter(({ code }) => !has(before, code))
      .map(({ message }) => ({ type: 'condition_began' as const, message })),
    ...told(before)
      .filter(({ code }) => !has(after, code))
      .map(({ code }) => ({ type: 'condition_over' as const, message: `No longer so: ${code}.` })),
  ];
}
