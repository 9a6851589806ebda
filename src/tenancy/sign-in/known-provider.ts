import type { genericOAuth } from 'better-auth/plugins/generic-oauth';

type Plugin = ReturnType<typeof genericOAuth>;
type Made = Awaited<ReturnType<Plugin['init']>>;

/** What the provider says of itself changes once in years; when it does, sign-ins fail for so long at the most. */
const keptMs = 5 * 60_000;

/**
 * What better-auth made of a provider's discovery document, so that it does not ask for it with each request: nobody
 * shall make us ask the provider as often as they like. Only what is settled is kept, never what another request waits for,
 * which a Worker does not allow.
 */
export class KnownProvider {
  #known: { made: Made; until: number } | null = null;

  /** The same plugin, which starts with what is known of the provider that calls itself `issuer`. */
  remember(plugin: Plugin, issuer: string, now: number): Plugin {
    return {
      ...plugin,
      init: async (context) => {
        if (this.#known && now < this.#known.until) return this.#known.made;
        const made = await plugin.init(context);
        const isItself = made.context.socialProviders.some((one) => one.issuer === issuer);
        this.#known = isItself ? { made, until: now + keptMs } : null;
        return made;
      },
    };
  }
}
