import { NumberInput, SimpleGrid } from '@mantine/core';
import type { OrgLimits } from '../../../../contract/org.ts';
import type { ErrorOf } from '../../parts/field-errors.ts';
import { limitWords } from './words.ts';

const MOST = 1_000_000;

/** As they are typed: what is empty is no number yet. */
export type LimitsDraft = Record<keyof OrgLimits, number | string>;

export const limitPointers = limitWords.map(({ key }) => `/limits/${key}`);

/** Null while one of them is missing. */
export function limitsOf(draft: LimitsDraft): OrgLimits | null {
  const { hosts, deployments, tokens } = draft;
  if (hosts === '' || deployments === '' || tokens === '') return null;
  return { hosts: Number(hosts), deployments: Number(deployments), tokens: Number(tokens) };
}

export function LimitFields({
  draft,
  onChange,
  errorOf,
}: {
  draft: LimitsDraft;
  onChange: (draft: LimitsDraft) => void;
  errorOf: ErrorOf;
}) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      {limitWords.map(({ key, label }) => (
        <NumberInput
          key={key}
          label={label}
          value={draft[key]}
          onChange={(value) => onChange({ ...draft, [key]: value })}
          data-pointer={`/limits/${key}`}
          error={errorOf(`/limits/${key}`)}
          min={0}
          max={MOST}
          allowDecimal={false}
          thousandSeparator=","
        />
      ))}
    </SimpleGrid>
  );
}
