const MOST = 63;

/** A name for a deployment of a model: `Qwen/Qwen3-8B` makes `qwen3-8b`. Empty where nothing is left of it. */
export function suggestedName(repoId: string): string {
  const last = repoId.slice(repoId.lastIndexOf('/') + 1).toLowerCase();
  const label = last.replace(/[^a-z0-9]+/g, '-').slice(0, MOST);
  return label.replace(/^-|-$/g, '');
}
