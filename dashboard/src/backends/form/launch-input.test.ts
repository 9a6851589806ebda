import { expect, test } from 'vitest';
import { placeInDefinition } from './launch-input.ts';

const definition = {
  backend_name: 'engine',
  default_run_command: 'serve',
  default_env: { LEVEL: 'info' },
  version_configs: {
    'a/b': { image_name: 'a', custom_framework: 'CUDA', entrypoint: 'sh', env: { OWN: '1' } },
  },
};

test.each([
  ['/host/frameworks/0', '/version_configs/a~1b/custom_framework'],
  ['/host/frameworks', '/version_configs/a~1b/custom_framework'],
  ['/host/gpu_indexes', ''],
  ['/deployment/image_name', '/version_configs/a~1b/image_name'],
  ['/deployment/run_command', '/default_run_command'],
  ['/entrypoint', '/version_configs/a~1b/entrypoint'],
  ['/deployment/env/OWN', '/version_configs/a~1b/env/OWN'],
  ['/deployment/env/LEVEL', '/default_env/LEVEL'],
  ['/deployment/backend_parameters/2', '/default_backend_param/2'],
  ['/deployment/health/path', '/health_check_path'],
  ['/deployment/model/repo_id', ''],
])('what is found at "%s" of a preview is about "%s" of the definition', (pointer, place) => {
  expect(placeInDefinition(pointer, definition, 'a/b')).toBe(place);
});
