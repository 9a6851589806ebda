/** Puts the lines of a byte stream together again. A line longer than `longest` characters is cut. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  longest = 1024 * 1024,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let line = '';
  // Only what just came is looked through: an endless line would be read anew with each chunk.
  const take = (part: string) => {
    if (line.length < longest) line += part.slice(0, longest - line.length);
  };
  for await (const chunk of chunks) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        if (line.trim() !== '') yield line;
        line = '';
      }
      take(part);
    }
  }
  if (line.trim() !== '') yield line;
}
