import { createContext, type ReactNode, useContext } from 'react';
import type { Backend } from '../../../../contract/backend.ts';
import { fieldWiring } from '../../parts/field-wiring.tsx';
import type { Findings } from '../../parts/findings.ts';
import type { Draft } from './draft.ts';

export interface DeploymentForm {
  draft: Draft;
  /** Changes some fields of the draft. */
  set: (change: Partial<Draft>) => void;
  errors: Findings;
  warnings: Findings;
  backends: readonly Backend[];
  /** The chosen one, where it is one of them. */
  backend: Backend | undefined;
  /** Of an existing deployment: its name stays. */
  isEdit: boolean;
}

const Context = createContext<DeploymentForm | null>(null);
export const DeploymentFormProvider = Context.Provider;

export function useForm(): DeploymentForm {
  const form = useContext(Context);
  if (form === null) throw new Error('there is no form around it');
  return form;
}

/** What every field shares: where its value goes in what is sent, what is wrong with it, and what it is for. */
export function useField(pointer: string, description?: ReactNode) {
  const { errors, warnings } = useForm();
  return fieldWiring({ pointer, description, errors: errors.of, warnings: warnings.of });
}
