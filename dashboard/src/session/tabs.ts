/** The tabs of a browser share a session. `ask again`: it began or ended. `signed out`: somebody ended it. */
type Word = 'ask again' | 'signed out';

const channel = new BroadcastChannel('longshore:session');

/** Tells every other tab. */
export function tellTabs(word: Word): void {
  channel.postMessage(word);
}

export function onTold(listen: (word: Word) => void): () => void {
  const take = ({ data }: MessageEvent<Word>) => listen(data);
  channel.addEventListener('message', take);
  return () => channel.removeEventListener('message', take);
}
