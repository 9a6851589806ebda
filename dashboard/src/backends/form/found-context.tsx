import { createContext, type ReactNode, useContext } from 'react';
import { type Found, fieldWiring } from '../../parts/field-wiring.tsx';

interface Both {
  errors: Found;
  warnings: Found;
}

const Context = createContext<Both>({ errors: new Map(), warnings: new Map() });

/** What is wrong and dubious in the fields inside of it. */
export const FoundProvider = Context.Provider;

export function useFound(): Both {
  return useContext(Context);
}

export function useField(pointer: string, description?: ReactNode) {
  return fieldWiring({ pointer, description, ...useFound() });
}
