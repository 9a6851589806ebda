/** What a deployment's program does, as its environment says. */
export const behaviours = ['good', 'crashes', 'out_of_memory', 'deaf'] as const;
export type Behaviour = (typeof behaviours)[number];

/** The variable by which the simulation tells its containers what to do. */
export const behaviourVariable = 'SIMULATED_BEHAVIOUR';

export const image = 'longshore/stand-in:1';
/** In the registry, and on no host. */
export const pulledImage = 'longshore/stand-in:2';
/** On no host, and in no registry, until the faults are over. */
export const missingImage = 'longshore/not-there:1';
/** Nowhere, for ever. */
export const noImage = 'longshore/never-there:1';

export function behaviourOf(env: Readonly<Record<string, string>> | undefined): Behaviour {
  return behaviours.find((one) => one === env?.[behaviourVariable]) ?? 'good';
}

/** Whether what a deployment asks for can come up once nothing goes wrong any more. */
export function canWork(spec: {
  image_name?: string | undefined;
  env?: Record<string, string> | undefined;
}): boolean {
  return behaviourOf(spec.env) === 'good' && spec.image_name !== noImage;
}
