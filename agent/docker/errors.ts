/** The engine did not answer: not there, cut, or past its deadline. The call may have taken effect. */
export class EngineAwayError extends Error {
  override name = 'EngineAwayError';
}

/** The engine answered with an error. Told apart by `status`; `message` is the engine's own. */
export class EngineRefusedError extends Error {
  override name = 'EngineRefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
