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
          text={`Only the control plane’s own machine can reach it at ${hostname}. For other machines, start it with HOST=0.0.0.0 and replace ${hostname} with that machine’s address.`}
        />
      )}
    </div>
  );
}
