import { type RegistryLogin, registryOf } from '../contract/registry.ts';

/** Logins at registries, as the newest desired set gave them. In memory only. */
export interface RegistryLogins {
  /** False until a desired set came to this process: the journal holds no login. */
  readonly known: boolean;
  /** Null: it is pulled without one. The same object for as long as the login is the same. */
  of(image: string): RegistryLogin | null;
  /** Gives the registries whose login is another one now, or gone. */
  replace(logins: readonly RegistryLogin[]): ReadonlySet<string>;
}

export function createRegistryLogins(): RegistryLogins {
  let known = false;
  let byServer = new Map<string, RegistryLogin>();
  return {
    get known() {
      return known;
    },
    of: (image) => byServer.get(registryOf(image)) ?? null,
    replace(logins) {
      known = true;
      const next = new Map(
        logins.map((login) => {
          const before = byServer.get(login.server);
          return [login.server, before && isSame(before, login) ? before : login];
        }),
      );
      const servers = [...new Set([...byServer.keys(), ...next.keys()])];
      const changed = servers.filter((server) => byServer.get(server) !== next.get(server));
      byServer = next;
      return new Set(changed);
    },
  };
}

function isSame(one: RegistryLogin, other: RegistryLogin): boolean {
  return one.username === other.username && one.password === other.password;
}
