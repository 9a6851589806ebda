import { Failure } from '../../contract/failure.ts';
import type { Warning } from '../../contract/preview.ts';
import type { InputError } from '../../contract/problem.ts';
import type { Issue } from './issue.ts';

/** What is wrong or dubious with a deployment, gathered from all of its texts before anything is thrown. */
export class Findings {
  readonly #errors: InputError[] = [];
  readonly #warnings: Warning[] = [];

  get warnings(): Warning[] {
    return [...this.#warnings];
  }

  addErrors(errors: readonly InputError[]): void {
    this.#errors.push(...errors);
  }

  /** Issues of the text that `pointer` names. A model that is missing is asked for once, where it belongs. */
  addIssues(pointer: string, issues: readonly Issue[]): void {
    for (const issue of issues) {
      if (issue.code !== 'model_required') {
        this.#errors.push({ pointer, ...issue });
      } else if (!this.#errors.some((error) => error.code === 'model_required')) {
        const { code, detail, column } = issue;
        const place = `It stands in \`${pointer}\`, column ${column}.`;
        this.#errors.push({ pointer: '/model', code, detail: `${detail} ${place}` });
      }
    }
  }

  addWarning(pointer: string, code: string, detail: string): void {
    this.#warnings.push({ pointer, code, detail });
  }

  /** Throws `Failure('cannot_render')` with every error, if there is one. */
  throwErrors(): void {
    const [first, ...others] = this.#errors;
    if (!first) return;
    const more = others.length === 0 ? '' : ` There are ${others.length} more errors.`;
    throw new Failure('cannot_render', `${first.detail}${more}`, this.#errors);
  }
}
