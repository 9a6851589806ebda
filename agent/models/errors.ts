/** The model's files cannot be had as things are; `message` says what to do. */
export class ModelError extends Error {
  override name = 'ModelError';
  /** A stable word. */
  readonly reason: ModelReason;
  /** `restarting`: it may pass by itself. */
  readonly state: 'failed' | 'restarting';

  constructor(reason: ModelReason, message: string, state: 'failed' | 'restarting' = 'failed') {
    super(message);
    this.reason = reason;
    this.state = state;
  }
}

export type ModelReason =
  | 'model_unauthorized'
  | 'model_not_found'
  | 'model_files_not_found'
  | 'model_corrupt'
  | 'model_download_failed'
  | 'model_disk_full'
  | 'model_cache_full'
  | 'model_cache_unusable'
  | 'secret_missing';

/** The hub did not give what it was asked for, this time. */
export class HubFaultError extends Error {
  override name = 'HubFaultError';
  /** How long the hub asks to be left alone. */
  readonly retry_after_ms: number;
  /** What was kept of the file cannot be gone on from. */
  readonly start_over: boolean;

  constructor(message: string, options: { retry_after_ms?: number; start_over?: boolean } = {}) {
    super(message);
    this.retry_after_ms = options.retry_after_ms ?? 0;
    this.start_over = options.start_over ?? false;
  }
}

/** The bytes are not those that the hub's list names. */
export class CorruptFileError extends Error {
  override name = 'CorruptFileError';
}
