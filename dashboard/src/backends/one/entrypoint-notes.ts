/** What those should know who add a version to an engine whose images changed how they begin. */
const notes: Record<string, string> = {
  vllm: "vLLM's images begin with `vllm serve` since 0.11.1, and with `python3 -m vllm.entrypoints.openai.api_server` before. For an older image write the latter as the entrypoint, and a command that begins with --model {{model_path}}. Ascend images need an entrypoint that prepares their environment: copy it from one that ships.",
  sglang:
    "SGLang's images have no server in their entrypoint: left out, the backend's `python3 -m sglang.launch_server` is taken. Ascend images need an entrypoint that prepares their environment: copy it from one that ships.",
};

export function entrypointNoteOf(backendName: string): string | null {
  const key = backendName.toLowerCase();
  return Object.hasOwn(notes, key) ? (notes[key] ?? null) : null;
}
