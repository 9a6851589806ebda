import { password } from '../support/person.ts';
import type { Random } from './random.ts';
import { nameFor, type World } from './world.ts';

export const newNames = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];

/** What makes a body mean something here. */
export function knownValue(
  world: World,
  operationId: string,
  key: string,
  random: Random,
): unknown {
  switch (key) {
    case 'name':
      return random.pick(newNames);
    case 'backend_name':
      return random.chance(0.5) ? nameFor(world, 'backends', random) : random.pick(newNames);
    case 'backend_version':
      return nameFor(world, 'versions', random);
    case 'token_secret':
      return nameFor(world, 'secrets', random);
    case 'hosts':
      return operationId.endsWith('Org')
        ? 1000
        : random.chance(0.5)
          ? [nameFor(world, 'hosts', random) ?? 'none']
          : undefined;
    case 'password':
      return operationId === 'setRegistry'
        ? `{{secrets.${nameFor(world, 'secrets', random) ?? 'NONE'}}}`
        : password;
    case 'current_password':
    case 'new_password':
      return password;
    case 'email':
      return emailFor(world, operationId, random);
    case 'code':
      return nameFor(world, operationId === 'acceptInvitation' ? 'lsi_' : 'lsl_', random);
    case 'revision':
      return random.chance(0.5) ? random.int(1, 4) : undefined;
    case 'replicas':
      return random.int(0, 3);
    case 'instance_id':
      return nameFor(world, 'instances', random);
    case 'install_id':
      return `installation-${random.int(1, 1e6)}`;
    case 'secret':
    case 'next_secret':
      return `lsh_${String(random.int(1, 1e9)).padStart(43, 'A')}`;
    default:
      return undefined;
  }
}

/** Those that are invited have no account yet, mostly. */
function emailFor({ person, orgId }: World, operationId: string, random: Random): string {
  const isKnown = random.chance(operationId === 'createInvitation' ? 0.2 : 0.7);
  return isKnown ? person.email : `fuzz-${random.int(1, 1e6)}@${orgId.replace('_', '-')}.test`;
}
