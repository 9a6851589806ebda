/** The image cannot be had as things are; `message` says what to do. */
export class ImageError extends Error {
  override name = 'ImageError';
  readonly reason: ImageReason;
  /** `restarting`: it may pass by itself. Both are tried again. */
  readonly state: 'failed' | 'restarting';

  constructor(reason: ImageReason, message: string) {
    super(message);
    this.reason = reason;
    this.state = stateOf[reason];
  }
}

/** Stable words. */
export type ImageReason = keyof typeof stateOf;

const stateOf = {
  image_not_found: 'failed',
  image_unauthorized: 'failed',
  image_no_space: 'failed',
  image_wrong_architecture: 'failed',
  registry_unreachable: 'restarting',
  image_pull_stalled: 'restarting',
  image_pull_failed: 'restarting',
} as const;

/** Another login may mend it. */
export function isForLogin(reason: string): boolean {
  // Registries that hide what they have say "not found" for "not yours".
  return reason === 'image_unauthorized' || reason === 'image_not_found';
}
