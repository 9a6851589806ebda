/** Something on this machine is missing or in the way; `hint` says what a person does about it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
