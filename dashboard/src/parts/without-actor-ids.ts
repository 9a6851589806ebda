/** "you@example.test (usr_01…)": the name alone, wherever the API names a person or a token like this. */
export function withoutActorIds(text: string): string {
  return text.replace(/ \((?:usr|tok)_\w+\)/g, '');
}
