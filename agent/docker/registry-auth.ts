import type { RegistryLogin } from '../../contract/registry.ts';

/** What the engine keeps Docker Hub's login under; other registries go by their own name. */
const dockerHubAddress = 'https://index.docker.io/v1/';

/** The value of `X-Registry-Auth`. With its padding: engines pull without a login where that is missing, and do not say so. */
export function registryAuth({ server, username, password }: RegistryLogin): string {
  const serveraddress = server === 'docker.io' ? dockerHubAddress : server;
  const base64 = Buffer.from(JSON.stringify({ username, password, serveraddress })).toString(
    'base64',
  );
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
