/** Hosts say what they do in words that go on after others; where they stand alone they begin with a capital. */
export function asSentence(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
