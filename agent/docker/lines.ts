/** Puts the lines of a byte stream together again. A line longer than `longest` characters is cut. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  longest = 1024 * 1024,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (parts.pop() ?? '').slice(0, longest);
    for (const part of parts) if (part.trim() !== '') yield part;
  }
  if (rest.trim() !== '') yield rest;
}
