import type { Issue } from './issue.ts';

/**
 * How much a launch may still grow to while its texts are filled. A text of 32,768 characters can name a variable as long
 * 6,000 times: what comes out is bounded, whatever goes in.
 */
export interface Room {
  /** In UTF-16 code units. */
  characters: number;
  /** How many unknown names are still looked up for the one that was meant. */
  suggestions: number;
}

/** Linux starts no process with a longer argument or variable (MAX_ARG_STRLEN in linux/binfmts.h, in bytes). */
export const maxTextCharacters = 128 * 1024;

/** Of all texts of a launch. Linux takes 2 MiB of arguments and variables by default; a launch has few kilobytes. */
export const maxLaunchCharacters = 256 * 1024;

/** What a secret counts for: its value is not known here. */
export const secretCharacters = 1024;

/** So many things that are wrong are told of one text; a person mends no more at once. */
export const maxIssues = 50;

export function newRoom(): Room {
  return { characters: maxLaunchCharacters, suggestions: 20 };
}

/** What a value counts for, with the marks of secrets in it. */
export function weightOf(value: string): number {
  let nuls = 0;
  for (let at = value.indexOf('\0'); at >= 0; at = value.indexOf('\0', at + 1)) nuls += 1;
  return value.length + (nuls / 2) * secretCharacters;
}

export function tooLongIssue(room: Room): Issue {
  const what =
    room.characters < maxTextCharacters
      ? `all texts of a launch together would have more than ${maxLaunchCharacters} characters`
      : `this text would have more than the ${maxTextCharacters} characters that a process can be given in one`;
  const detail = `With what is put in, ${what}: name long values less often.`;
  return { code: 'too_long', detail, column: 1 };
}
