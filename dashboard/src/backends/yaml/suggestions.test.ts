import { describe, expect, test } from 'vitest';
import { suggestionsAt } from './suggestions.ts';

/** `|` is where the cursor stands. */
function labelsAt(marked: string): string[] {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return suggestionsAt(text, offset)?.options.map(({ label }) => label) ?? [];
}

describe('what an editor suggests', () => {
  test('keys of a backend, without those that are there', () => {
    const labels = labelsAt('backend_name: a\n|\nicon: b\n');
    expect(labels).toContain('version_configs');
    expect(labels).not.toContain('backend_name');
    expect(labels).not.toContain('icon');
  });

  test("keys of a version, whatever its name and its neighbours' keys", () => {
    const text =
      'version_configs:\n  "1.0":\n    env:\n      A: b\n    |\n  2.0:\n    entrypoint: x\n';
    const labels = labelsAt(text);
    expect(labels).toContain('image_name');
    expect(labels).toContain('entrypoint');
    expect(labels).not.toContain('env');
  });

  test('nothing where names are free', () => {
    expect(labelsAt('version_configs:\n  |')).toEqual([]);
    expect(labelsAt('default_env:\n  |')).toEqual([]);
  });

  test('words where there are a few', () => {
    expect(labelsAt('parameter_format: |')).toEqual(['space', 'equal']);
    expect(labelsAt('version_configs:\n  a:\n    custom_framework: c|')).toContain('cuda');
    expect(labelsAt('version_configs:\n  a:\n    architectures:\n      - |')).toContain('arm64');
    expect(labelsAt('version_configs:\n  a:\n    deprecated: |')).toEqual(['true', 'false']);
  });

  test('placeholders within braces', () => {
    expect(labelsAt('default_run_command: serve {{mo|')).toContain('model_path');
  });
});
