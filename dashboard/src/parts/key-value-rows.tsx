import { TextInput } from '@mantine/core';
import { Rows, rowStyles } from './rows.tsx';

export interface Pair {
  id: string;
  key: string;
  value: string;
}

/** Names and values as rows that can be added and taken away. */
export function KeyValueRows({
  what,
  rows,
  onChange,
  pointerOf,
  errorOf = () => undefined,
  warningOf = () => undefined,
  keyPlaceholder,
  valuePlaceholder,
}: {
  /** What one row is: "variable". */
  what: string;
  rows: readonly Pair[];
  onChange: (rows: Pair[]) => void;
  /** Where a row with this name stands in what is sent. */
  pointerOf: (key: string) => string;
  errorOf?: (pointer: string) => string | undefined;
  warningOf?: (pointer: string) => string | undefined;
  keyPlaceholder?: string;
  valuePlaceholder?: string;
}) {
  const placeOf = ({ key }: Pair) => pointerOf(key.trim());
  return (
    <Rows
      what={what}
      rows={rows}
      onChange={onChange}
      empty={(id) => ({ id, key: '', value: '' })}
      warningOf={(row) => warningOf(placeOf(row))}
    >
      {(row, index, change) => (
        <>
          <TextInput
            aria-label={`Name of ${what} ${index + 1}`}
            placeholder={keyPlaceholder}
            value={row.key}
            onChange={(event) => change({ key: event.currentTarget.value })}
            data-pointer={placeOf(row)}
            error={errorOf(placeOf(row))}
            styles={rowStyles}
            autoComplete="off"
            spellCheck={false}
            flex={2}
          />
          <TextInput
            aria-label={`Value of ${what} ${index + 1}`}
            placeholder={valuePlaceholder}
            value={row.value}
            onChange={(event) => change({ value: event.currentTarget.value })}
            styles={rowStyles}
            autoComplete="off"
            spellCheck={false}
            flex={3}
          />
        </>
      )}
    </Rows>
  );
}
