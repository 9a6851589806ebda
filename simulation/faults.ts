import type { Random } from './random.ts';

/** What befalls a message: how long each of its copies takes; none when it is lost. */
export type Fate = number[];

/** Draws what goes wrong with messages, calls and the database. Once over, nothing does. */
export class Faults {
  over = false;
  readonly #random: Random;
  /** Some seeds have a good network. */
  readonly #rate: number;
  readonly #databaseRate: number;

  constructor(random: Random) {
    this.#random = random;
    this.#rate = random.pick([0, 0.02, 0.1, 0.25]);
    this.#databaseRate = random.pick([0, 0, 0.005, 0.03]);
  }

  happens(probability: number): boolean {
    return !this.over && this.#random.chance(probability);
  }

  /** A call inside the control plane never arrives. */
  losesCall(): boolean {
    return this.happens(this.#rate / 2);
  }

  /** A request to the database fails; whether it took effect is another question. */
  losesDatabase(): boolean {
    return this.happens(this.#databaseRate);
  }

  shortDelay(): number {
    return this.#random.between(1, 60);
  }

  databaseDelay(): number {
    return this.#random.between(1, 12);
  }

  fate(): Fate {
    const delay = this.happens(this.#rate / 2)
      ? this.#random.between(1000, 25_000)
      : this.shortDelay();
    if (this.happens(this.#rate)) return [];
    if (this.happens(this.#rate)) return [delay, delay + this.#random.between(1, 20_000)];
    return [delay];
  }
}
