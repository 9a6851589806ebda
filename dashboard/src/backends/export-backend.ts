import { ask } from '../api/client.ts';
import { saveText } from '../parts/save-text.ts';
import { tellFault } from '../parts/tell.tsx';
import { backendPath } from './queries.ts';

/** Saves the definition as a file, in the form that an import takes. */
export async function exportBackend(name: string): Promise<void> {
  try {
    const { data } = await ask<string>({ path: backendPath(name), accept: 'application/yaml' });
    saveText(`${name}.yaml`, data, 'application/yaml');
  } catch (error) {
    tellFault(error);
  }
}
