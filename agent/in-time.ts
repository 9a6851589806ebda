/**
 * Asks the system things to which it may never answer: a network disk whose server is gone, a driver's program whose
 * GPU hangs. Null: no answer within `deadlineMs`. While a question with the same key is open it is not asked again, but
 * waited for within its time: each holds one of this process's few threads, or is a process that cannot be killed.
 */
export function inTime<Answer>(deadlineMs: number) {
  const open = new Map<string, Promise<Answer | null>>();

  function begin(key: string, ask: () => Promise<Answer>): Promise<Answer | null> {
    let timer: NodeJS.Timeout | undefined;
    const asked = ask().finally(() => {
      clearTimeout(timer);
      open.delete(key);
    });
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), deadlineMs);
      timer.unref();
    });
    const answer = Promise.race([asked, late]);
    open.set(key, answer);
    return answer;
  }

  return (key: string, ask: () => Promise<Answer>): Promise<Answer | null> =>
    open.get(key) ?? begin(key, ask);
}
