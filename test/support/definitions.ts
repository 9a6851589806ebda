import { readFileSync } from 'node:fs';

/** The example that semantics are shown with: variables on both levels, one of them overridden. */
export const myBackendYaml = `backend_name: my-backend-custom
default_env:
  MODEL_CACHE_DIR: /cache
  LOG_LEVEL: info
version_configs:
  v1:
    image_name: my-image:v1
    custom_framework: cpu
    run_command: "serve {{model_path}} --cache {{MODEL_CACHE_DIR}} --log-level {{LOG_LEVEL}} --port {{port}}"
    env:
      MODEL_CACHE_DIR: /custom-cache # overrides the backend's
`;

/** The backend of the demo. */
export function standInYaml(): string {
  return readFileSync(new URL('../../demo/backend.yaml', import.meta.url), 'utf8');
}

/** A small definition in JSON. */
export function definition(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    backend_name: 'engine',
    version_configs: { '1.0': { image_name: 'engine:1.0', custom_framework: 'cpu' } },
    default_run_command: 'serve --port {{port}}',
    ...change,
  };
}
