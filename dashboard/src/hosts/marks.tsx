import { Group } from '@mantine/core';
import type { Host } from '../../../contract/host.ts';
import { StatusWord } from '../parts/status-word.tsx';
import { markLooks, marksOf } from './looks.ts';

/** What people decided of it. That something is wrong is said where it is told what. */
export function HostMarks({ host }: { host: Host }) {
  const marks = marksOf(host).filter((mark) => mark !== 'attention');
  if (marks.length === 0) return null;
  return (
    <Group gap="sm">
      {marks.map((mark) => (
        <StatusWord key={mark} look={markLooks[mark]} />
      ))}
    </Group>
  );
}
