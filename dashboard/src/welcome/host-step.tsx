import { Anchor, Group } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { NewEnrollmentToken } from '../../../contract/enrollment-token.ts';
import type { Host } from '../../../contract/host.ts';
import { TokenForm } from '../hosts/add/token-form.tsx';
import { WaitForHosts } from '../hosts/add/wait-for-hosts.tsx';
import { gpuKindsOf } from '../hosts/gpu-use.ts';
import { linkLooks } from '../hosts/looks.ts';
import { StatusWord } from '../parts/status-word.tsx';
import { AskAnAdmin } from '../session/ask-an-admin.tsx';
import { useMay } from '../session/who-am-i.ts';
import { Step, type StepState } from './step.tsx';

const MOST = 3;

/** The token and the command; each machine shows itself when it has enrolled. */
export function HostStep({ state, hosts }: { state: StepState; hosts: readonly Host[] }) {
  const mayMakeTokens = useMay('admin');
  const [token, setToken] = useState<NewEnrollmentToken | null>(null);
  const isDone = state === 'done';
  return (
    <Step number={1} title="A host" state={state} summary={<Summary hosts={hosts} />}>
      {!isDone && !mayMakeTokens && (
        <AskAnAdmin>
          A host needs an enrolment token, which only administrators can create.
        </AskAnAdmin>
      )}
      {!isDone && mayMakeTokens && !token && <TokenForm take={setToken} />}
      {/* More machines may come by it than the first. */}
      {token && (!isDone || token.uses > 1) && <WaitForHosts token={token} />}
    </Step>
  );
}

function Summary({ hosts }: { hosts: readonly Host[] }) {
  if (hosts.length === 0) {
    return 'Any Linux machine with Docker, with or without GPUs. It needs no open ports: it fetches its own work.';
  }
  return (
    <>
      {hosts.slice(0, MOST).map((host) => (
        <Group key={host.id} gap="xs">
          <Anchor component={Link} href={`/hosts/${host.id}`} size="sm">
            {host.name}
          </Anchor>
          <StatusWord look={linkLooks[host.status]} />
          <span>{gpuKindsOf(host).join(', ') || (host.inventory ? 'no GPUs' : '')}</span>
        </Group>
      ))}
      {hosts.length > MOST && (
        <Anchor component={Link} href="/hosts" size="sm">
          and {hosts.length - MOST} more
        </Anchor>
      )}
    </>
  );
}
