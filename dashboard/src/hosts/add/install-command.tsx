import { CommandBlock } from '../../parts/command-block.tsx';
import { WarningText } from '../../parts/warning-text.tsx';
import { isLoopback } from './loopback.ts';

/** What makes a machine a host of the control plane that serves this page, and whether other machines reach that. */
export function InstallCommand({ token }: { token: string }) {
  const { origin, hostname } = window.location;
  return (
    <div>
      <CommandBlock
        text={`curl -fsSL ${origin}/install.sh | sh -s -- --token ${token}`}
        what="the command"
      />
      {isLoopback(hostname) && (
        <WarningText
          text={`Only the control plane’s own machine reaches it at ${hostname}. For others, start it with HOST=0.0.0.0, and put that machine’s address in place of ${hostname}.`}
        />
      )}
    </div>
  );
}
