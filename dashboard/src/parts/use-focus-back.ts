import { useEffect, useState } from 'react';

/**
 * For a dialog that is there while it is open only, which Mantine knows nothing of: when it goes, what opened it has the
 * focus again; where that is gone too, the page has it.
 */
export function useFocusBack(): void {
  const [opener] = useState(openerOf);
  useEffect(
    () => () => {
      const { activeElement, body } = document;
      // Another dialog, or another page, has taken it.
      if (activeElement !== null && activeElement !== body) return;
      const target = opener?.isConnected ? opener : document.getElementById('main');
      target?.focus({ preventScroll: true });
    },
    [opener],
  );
}

/** What has the focus; of an item of a menu, which goes with it, the menu's own button. */
function openerOf(): HTMLElement | null {
  const { activeElement, body } = document;
  const menu = activeElement?.closest('[role=menu]');
  const button = menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
  const opener = button ?? activeElement;
  return opener instanceof HTMLElement && opener !== body ? opener : null;
}
