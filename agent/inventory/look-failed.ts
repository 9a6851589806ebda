import type { Condition } from '../../contract/host.ts';

/** Looks at parts of the host of which one may fail without the others. */
export function attempts() {
  const faults: string[] = [];
  /** `otherwise`, when the look throws: what was seen before, or that nothing is known. */
  async function attempt<Seen>(
    what: string,
    look: () => Promise<Seen>,
    otherwise: Seen,
  ): Promise<Seen> {
    try {
      return await look();
    } catch (error) {
      faults.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  }
  return { attempt, faults };
}

export function lookFailed(faults: readonly string[]): Condition {
  const message = `The agent could not look at everything on this host (${faults.join('; ').slice(0, 700)}). What it tells of that is what it last saw. Its containers go on. Run "longshore-agent check" on the host; if that shows nothing, bring the agent up to date.`;
  return { code: 'inventory_failed', message };
}
