import { createContext } from 'react';

/** True below a banner that already tells that nothing answers. */
export const ToldAbove = createContext(false);
