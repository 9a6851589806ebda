/**
 * Finds secrets where they must not be: as they are, in hex, in base64 of any alignment, and in parts, since what cuts a
 * text may cut a secret that stands in it.
 */

const partLength = 12;
/** So much of a token may be shown, so that people tell one from the other. */
const shownLength = 8;

/** The names of those of `secrets` that stand in `text` in any form. */
export function leaksIn(text: string, secrets: Record<string, string>): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

/** The forms that give a secret away. @throws for one that is too short to be told from chance */
export function formsOf(secret: string): string[] {
  if (secret.length < shownLength + partLength) throw new Error('The secret is too short');
  const [start, end] = [shownLength, secret.length - partLength];
  const parts = [start, end].map((from) => secret.slice(from, from + partLength));
  return parts.flatMap((part) => {
    const hex = Buffer.from(part).toString('hex');
    const base64 = [0, 1, 2].map((offset) => base64At(part, offset));
    const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
    return [part, encodeURIComponent(part), hex, hex.toUpperCase(), ...base64, ...url];
  });
}

/** What base64 makes of `text` after so many bytes that are not known, without the letters that others have part in. */
function base64At(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const whole = bytes.toString('base64').replace(/=+$/, '');
  const first = Math.ceil((offset * 4) / 3);
  return whole.slice(first, bytes.length % 3 === 0 ? undefined : -1);
}
