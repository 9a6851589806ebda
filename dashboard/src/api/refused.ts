const listeners = new Set<() => void>();

/** Told whenever the control plane says that whoever asks is not signed in, or not any more. */
export const refused = {
  tell() {
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};
