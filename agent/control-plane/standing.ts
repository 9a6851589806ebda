import type { Problem } from '../../contract/problem.ts';

/** What a refusal for good means to whoever owns the machine; null for any other problem. */
export function standingInWords({ status, code }: Pick<Problem, 'status' | 'code'>): string | null {
  switch (code) {
    case 'host_revoked':
      return 'this host is revoked: its containers stay, and it gets nothing new until somebody takes it back';
    case 'host_removed':
      return 'this host was removed: its containers are stopped. To make this machine a host again, remove the state folder and enrol it';
    case 'secret_retired':
      return 'this host has another secret: another machine has its identity, or this state folder is an old copy. Its containers stay. Revoke and remove the host, remove the state folder and enrol this machine anew';
    default:
      return status === 401
        ? 'the control plane does not know this host: it was removed, or the address is that of another one'
        : null;
  }
}
