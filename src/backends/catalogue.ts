import type { BackendDefinition } from '../../contract/backend.ts';
import compiled from '../../dist/catalogue.json';
import { nameKeyOf } from './model.ts';

/** A definition that ships with the control plane. */
export interface ShippedBackend {
  /** Built-in ones are there for every organisation; community ones after they were enabled. */
  source: 'built_in' | 'community';
  /** Changes when the definition does. */
  digest: string;
  definition: BackendDefinition;
}

// Validated with the contract's schema when it was compiled.
const shipped = compiled as unknown as ShippedBackend[];

const byKey = new Map(shipped.map((entry) => [nameKeyOf(entry.definition.backend_name), entry]));

/** All that ship, by name. */
export function allShipped(): ShippedBackend[] {
  return [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
}

/** The shipped definition with that name, whatever its case. */
export function shippedNamed(nameKey: string): ShippedBackend | undefined {
  return byKey.get(nameKey);
}

/** The built-in backend with that name, whatever its case. */
export function builtInNamed(nameKey: string): ShippedBackend | undefined {
  const entry = shippedNamed(nameKey);
  return entry?.source === 'built_in' ? entry : undefined;
}
