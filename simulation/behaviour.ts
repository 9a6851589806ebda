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

/** A deployment with a deadline beyond this is not waited for until it. */
const longDeadlineSeconds = 600;

/** Whether nothing but a far deadline shows that it will not come up. */
export function isBrokenUnseen(spec: {
  env?: Record<string, string> | undefined;
  image_name?: string | undefined;
  rollout: { deadline_seconds: number };
  health: { start_timeout_seconds: number };
}): boolean {
  return (
    spec.rollout.deadline_seconds > longDeadlineSeconds &&
    spec.health.start_timeout_seconds > longDeadlineSeconds &&
    behaviourOf(spec.env) === 'deaf' &&
    spec.image_name !== noImage
  );
}

/** Whether what a deployment asks for can come up once nothing goes wrong any more. */
export function canWork(spec: {
  image_name?: string | undefined;
  env?: Record<string, string> | undefined;
}): boolean {
  return behaviourOf(spec.env) === 'good' && spec.image_name !== noImage;
}
