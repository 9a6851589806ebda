import * as z from 'zod';
import { Timestamp, textOf } from './common.ts';
import { canonicalImage } from './image-reference.ts';

/** What Docker calls its own registry, whatever address it is reached at. */
const dockerHub = 'docker.io';
const dockerHubAddresses = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);

/** `host` or `host:port` of a registry, in lower case. */
export const RegistryServer = z
  .string()
  .max(261)
  .transform((text) => text.toLowerCase())
  .pipe(
    z
      .string()
      .regex(
        /^(localhost|[a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?$/,
        'must be the host of a registry, with its port where it has one: ghcr.io, localhost:5000',
      ),
  )
  .transform(registryName);

/** A login at a registry. The password is a secret's, so that none is written here. */
export const RegistryInput = z
  .strictObject({
    username: textOf(255, 1).describe('The user name at the registry.'),
    password: z
      .string()
      .regex(
        /^\{\{[ \t]*secrets\.[A-Za-z0-9_.-]{1,128}[ \t]*\}\}$/,
        'must name a secret, and nothing else: {{secrets.NAME}}. Set the secret first.',
      )
      .describe('The name of the secret that is the password: `{{secrets.NAME}}`.'),
  })
  .meta({
    id: 'RegistryInput',
    description: "A login at a registry. The password is a secret's, so that none is written here.",
  });
export type RegistryInput = z.infer<typeof RegistryInput>;

export const Registry = z
  .object({
    server: z.string().describe('The registry, such as `ghcr.io`.'),
    username: z.string().describe('The user name at the registry.'),
    password: z
      .string()
      .describe('The name of the secret that is the password: `{{secrets.NAME}}`.'),
    created_at: Timestamp.describe('When it was made.'),
    updated_at: Timestamp.describe('When it was last set.'),
  })
  .meta({ id: 'Registry', description: 'A login at a registry.' });
export type Registry = z.infer<typeof Registry>;

/** What a host logs in with where it pulls from this registry. Held in memory only. */
export const RegistryLogin = z.object({
  server: z.string().describe('The registry.'),
  username: z.string().describe('The user name at the registry.'),
  password: z.string().describe('The password at the registry.'),
});
export type RegistryLogin = z.infer<typeof RegistryLogin>;

/** The registry that an image comes from. */
export function registryOf(image: string): string {
  const [server = dockerHub] = canonicalImage(image).split('/');
  return registryName(server);
}

/** The one name of a registry, by which two are compared. */
export function registryName(server: string): string {
  const name = server.toLowerCase();
  return dockerHubAddresses.has(name) ? dockerHub : name;
}
