import { Input } from '@mantine/core';
import { pointerTo } from '../../../../contract/json.ts';
import { KeyValueRows, type Pair } from '../../parts/key-value-rows.tsx';
import { useFound } from './found-context.tsx';

/** Environment variables as rows. */
export function VariablesField({
  label,
  description,
  pointer,
  rows,
  onChange,
}: {
  label: string;
  description: string;
  pointer: string;
  rows: readonly Pair[];
  onChange: (rows: Pair[]) => void;
}) {
  const { errors, warnings } = useFound();
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <div style={{ marginTop: 6 }}>
        <KeyValueRows
          what="variable"
          rows={rows}
          onChange={onChange}
          pointerOf={(key) => pointer + pointerTo(key)}
          errorOf={(at) => errors.get(at)?.join(' ')}
          warningOf={(at) => warnings.get(at)?.join(' ')}
          keyPlaceholder="NAME"
          valuePlaceholder="value"
        />
      </div>
    </Input.Wrapper>
  );
}
