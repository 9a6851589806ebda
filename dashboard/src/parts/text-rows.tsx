import { Autocomplete } from '@mantine/core';
import type { ReactNode } from 'react';
import { Rows, rowStyles } from './rows.tsx';

export interface TextRow {
  id: string;
  text: string;
}

/** A list of short texts as rows that can be added and taken away. */
export function TextRows({
  what,
  rows,
  onChange,
  pointerOf,
  errorOf = () => undefined,
  warningOf = () => undefined,
  suggestions = [],
  placeholder,
  besideAdd,
}: {
  /** What one row is: "parameter". */
  what: string;
  rows: readonly TextRow[];
  onChange: (rows: TextRow[]) => void;
  /** Where the row with this index stands in what is sent; blank rows are not sent, and do not count. */
  pointerOf: (index: number) => string;
  errorOf?: (pointer: string) => string | undefined;
  warningOf?: (pointer: string) => string | undefined;
  suggestions?: readonly string[];
  placeholder?: string;
  besideAdd?: ReactNode;
}) {
  function placeOf({ text }: TextRow, index: number): string | undefined {
    if (text.trim() === '') return undefined;
    return pointerOf(rows.slice(0, index).filter((row) => row.text.trim() !== '').length);
  }

  return (
    <Rows
      what={what}
      rows={rows}
      onChange={onChange}
      empty={(id) => ({ id, text: '' })}
      warningOf={(row, index) => {
        const pointer = placeOf(row, index);
        return pointer && warningOf(pointer);
      }}
      besideAdd={besideAdd}
    >
      {(row, index, change) => {
        const pointer = placeOf(row, index);
        return (
          <Autocomplete
            aria-label={`${capitalised(what)} ${index + 1}`}
            data={[...new Set(suggestions)]}
            value={row.text}
            onChange={(text) => change({ text })}
            data-pointer={pointer}
            error={pointer && errorOf(pointer)}
            placeholder={placeholder}
            limit={40}
            maxDropdownHeight={240}
            flex={1}
            styles={rowStyles}
          />
        );
      }}
    </Rows>
  );
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
