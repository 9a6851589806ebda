import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { NewEnrollmentToken } from '../../../../contract/enrollment-token.ts';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import { AskAnAdmin } from '../../session/ask-an-admin.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { TokenForm } from './token-form.tsx';
import { WaitForHosts } from './wait-for-hosts.tsx';

/** Makes a token, shows the one command to paste, and then the hosts that came by it. */
export function AddHostDialog({ onClose }: { onClose: () => void }) {
  const mayMakeTokens = useMay('admin');
  const [token, setToken] = useState<NewEnrollmentToken | null>(null);
  useFocusBack();
  // The token is shown this once: a key or a click that slips would lose it.
  const mayClose = token === null;
  return (
    <Modal
      opened
      onClose={onClose}
      title="Add a host"
      size="lg"
      closeOnClickOutside={mayClose}
      closeOnEscape={mayClose}
      withCloseButton={mayClose}
    >
      {!mayMakeTokens && (
        <AskAnAdmin>
          A host needs an enrolment token, which only administrators can create.
        </AskAnAdmin>
      )}
      {mayMakeTokens && !token && <TokenForm take={setToken} cancel={onClose} />}
      {token && <WaitForHosts token={token} done={onClose} />}
    </Modal>
  );
}
