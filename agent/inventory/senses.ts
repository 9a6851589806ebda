import { hostAddresses } from './addresses.ts';
import { type HostFacts, readHostFacts } from './host.ts';
import { readSpace, type Space } from './host-disks.ts';
import { type Machine, thisMachine } from './machine.ts';

/** How an agent perceives its host, but for what programs of drivers print. */
export interface Senses extends Pick<Machine, 'node'> {
  readHostFacts(): Promise<HostFacts>;
  readSpace(path: string): Promise<Space | null>;
  hostAddresses(): string[];
}

/** Those of the machine that this process runs on. */
export const ownSenses: Senses = {
  node: thisMachine.node,
  readHostFacts,
  readSpace,
  hostAddresses: () => hostAddresses(),
};
