import { Failure } from '../../contract/failure.ts';
import type { Warning } from '../../contract/preview.ts';
import type { InputError } from '../../contract/problem.ts';
import type { Issue } from './issue.ts';

/** So many errors and as many warnings are told. */
const maxFindings = 100;

/** What is wrong or dubious with a deployment, gathered from all of its texts before anything is thrown. */
export class Findings {
  readonly #errors: InputError[] = [];
  readonly #warnings: Warning[] = [];
  /** Beyond those that are kept. */
  #moreErrors = 0;

  get warnings(): Warning[] {
    return [...this.#warnings];
  }

  addErrors(errors: readonly InputError[]): void {
    for (const error of errors) this.#add(error);
  }

  /** Issues of the text that `pointer` names. A model that is missing is asked for once, where it belongs. */
  addIssues(pointer: string, issues: readonly Issue[]): void {
    for (const issue of issues) {
      if (issue.code !== 'model_required') {
        this.#add({ pointer, ...issue });
      } else if (!this.#errors.some((error) => error.code === 'model_required')) {
        const { code, detail, column } = issue;
        const place = `It stands in \`${pointer}\`, column ${column}.`;
        this.#add({ pointer: '/model', code, detail: `${detail} ${place}` });
      }
    }
  }

  addWarning(pointer: string, code: string, detail: string): void {
    if (this.#warnings.length < maxFindings) this.#warnings.push({ pointer, code, detail });
  }

  #add(error: InputError): void {
    if (this.#errors.length < maxFindings) this.#errors.push(error);
    else this.#moreErrors += 1;
  }

  /** Throws `Failure('cannot_render')` with every error, if there is one. */
  throwErrors(): void {
    const [first, ...others] = this.#errors;
    if (!first) return;
    const count = others.length + this.#moreErrors;
    const more = count === 0 ? '' : ` There are ${count} more errors.`;
    throw new Failure('cannot_render', `${first.detail}${more}`, this.#errors);
  }
}
