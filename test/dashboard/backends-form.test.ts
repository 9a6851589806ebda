import { describe, expect, inject, test } from 'vitest';
import type { Backend } from '../../contract/backend.ts';
import { expectAccessible, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';

const yaml = `backend_name: engine
description: Fast
default_run_command: serve {{model_path}} --port {{port}}
default_env:
  LEVEL: info
default_backend_param:
  - --slots 4
version_configs:
  1.0: # the first
    image_name: engine:1.0
    custom_framework: cpu
    env:
      LEVEL: debug
`;

async function definitionIn(client: Client): Promise<string> {
  const options = { headers: { accept: 'application/yaml' } };
  return (await client.call<string>('GET', '/api/v1/backends/engine', undefined, options)).body;
}

describe.skipIf(inject('chromium') === null)('a definition by form and by YAML', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('both give the same, and neither loses what the other has', async () => {
    const [byForm, byYaml] = [await newOrg(), await newOrg()];
    const { page, faults } = await browser.open({ client: byForm, token });
    await page.goto('/add-backend');
    const save = page.getByRole('button', { name: 'Add backend' });
    await save.click();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await name.and(page.locator(':focus')).waitFor();
    await name.fill('engine');
    await page.getByRole('textbox', { name: 'Description' }).fill('Fast');
    await page.getByRole('textbox', { name: 'Version', exact: true }).fill('1.0');
    await page.getByRole('combobox', { name: 'Framework' }).fill('cpu');
    await page.getByRole('textbox', { name: 'Image' }).fill('engine:1.0');
    const command = page.getByRole('textbox', { name: 'Default command' });
    await command.fill('serve {{model_path}} --prot {{prot}}');
    await page.getByText(/^Warning: .*prot/).waitFor();
    await command.fill('serve {{model_path}} --port {{port}}');
    const add = page.getByRole('button', { name: 'Add a variable' });
    await add.first().click();
    await page.getByLabel('Name of variable 1').fill('LEVEL');
    await page.getByLabel('Value of variable 1').fill('debug');
    await add.last().click();
    await page.getByLabel('Name of variable 1').last().fill('LEVEL');
    await page.getByLabel('Value of variable 1').last().fill('info');
    await page.getByRole('button', { name: 'Add a parameter' }).click();
    await page.getByRole('combobox', { name: 'Parameter 1' }).fill('--slots 4');
    await page.getByText('serve /models/Qwen3-8B --port 20000 --slots 4').waitFor();
    await save.click();
    await page.waitForURL(/\/backends\/engine$/);
    expect(faults).toEqual([]);

    const second = await browser.open({ client: byYaml, token });
    await second.page.goto('/add-backend');
    await second.page.getByText('YAML', { exact: true }).click();
    const editor = second.page.getByRole('textbox', { name: 'Definition in YAML' });
    await editor.waitFor();
    await editor.fill(`${yaml.replace('Fast', 'Slow')}x-note: keep me\n`);
    await second.page.getByText('serve /models/Qwen3-8B --port 20000 --slots 4').waitFor();
    // Only what is typed is completed.
    expect(await second.page.getByRole('listbox', { name: 'Completions' }).count()).toBe(0);
    await second.page.getByText('Form', { exact: true }).click();
    expect(await second.page.getByRole('combobox', { name: 'Parameter 1' }).inputValue()).toBe(
      '--slots 4',
    );
    await second.page.getByRole('textbox', { name: 'Description' }).fill('Fast');
    await second.page.getByText('YAML', { exact: true }).click();
    await editor.getByText('# the first').waitFor();
    await editor.getByText('x-note: keep me').waitFor();
    await second.page.getByRole('button', { name: 'Add backend' }).click();
    await second.page.waitForURL(/\/backends\/engine$/);
    expect(second.faults).toEqual([]);
    const read = async (client: Client) => {
      const { body } = await client.call<Backend>('GET', '/api/v1/backends/engine');
      const { id, created_at, updated_at, ...rest } = body;
      return rest;
    };
    expect(await read(byForm)).toEqual(await read(byYaml));
    expect(await definitionIn(byForm)).toBe(await definitionIn(byYaml));
  });

  test('what is broken in the YAML is told with its line, here and by the control plane', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/add-backend');
    await page.getByText('YAML', { exact: true }).click();
    const editor = page.getByRole('textbox', { name: 'Definition in YAML' });
    // What is known to be missing is said before anything is sent.
    await page.getByRole('button', { name: /^Error Line 2: Enter a name/ }).waitFor();
    await editor.fill(yaml.replace('    image_name: engine:1.0\n', ''));
    await page.getByRole('button', { name: /^Error Line 9: Enter the image/ }).waitFor();
    await editor.fill(`${yaml}default_version: "9"\n`);
    await page.getByRole('button', { name: /^Error Line 14: There is no version 9/ }).waitFor();
    expect(await page.getByText('No problems found').count()).toBe(0);
    await editor.fill(yaml.replace('custom_framework', 'custom_framewrok'));
    await page.getByText('Line 11:').waitFor();
    await page.getByText('Fix line 11 to switch to the form.').waitFor();
    await editor.fill(yaml);
    await page.getByText('serve /models/Qwen3-8B --port 20000 --slots 4').waitFor();
    await editor.fill(yaml.replace('custom_framework: cpu', 'custom_framework: "CPU'));
    await page.getByText('Fix line 11 to switch to the form.').waitFor();
    await page.getByText('Shown as it was before the error on line 11.').waitFor();
    // Nothing wrong with its shape; what its words may be only the control plane knows.
    await editor.fill(yaml.replace('custom_framework: cpu', 'custom_framework: CPU'));
    await page.getByText(/to switch to the form/).waitFor({ state: 'hidden' });
    // The editor has a mark at the line too.
    await page.getByRole('button', { name: /^Warning Line 11: .*lower-case word/ }).waitFor();
    await page.locator('.cm-lint-marker-warning').waitFor();
    await page.getByRole('button', { name: 'Add backend' }).click();
    await page.getByRole('button', { name: /^Error Line 11: .*lower-case word/ }).waitFor();
    expect(await page.getByRole('button', { name: /lower-case word/ }).count()).toBe(1);
    // The editor has the focus, at the line.
    await editor.and(page.locator(':focus')).waitFor();
    await editor.press('End');
    for (const _ of 'CPU') await editor.press('Backspace');
    await editor.pressSequentially('cp');
    await page.getByRole('option', { name: 'cpu' }).waitFor();
    await editor.press('Enter');
    await page.getByText('No problems found').waitFor();
    await page.getByRole('button', { name: 'Add backend' }).click();
    await page.waitForURL(/\/backends\/engine$/);
    expect(faults).toEqual([]);
  });

  test('what is wrong with a long text is in sight without scrolling the page', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const viewport = { width: 1440, height: 900 };
    const { page, faults } = await browser.open({ client, token, viewport });
    const lines = Array.from({ length: 60 }, (_, index) => `  V${index}: x\n`).join('');
    for (const path of ['/add-backend', '/backends/engine/edit']) {
      await page.goto(path);
      await page.getByText('YAML', { exact: true }).click();
      const editor = page.getByRole('textbox', { name: 'Definition in YAML' });
      await editor.fill(`backend_name: engine\ndefault_env:\n${lines}wrong: x\n`);
      const problem = page.getByRole('button', { name: /^Error Line 63:/ });
      await problem.waitFor();
      await page.evaluate(() => window.scrollTo(0, 0));
      const shown = await problem.evaluate((element) => {
        const { left, bottom } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(left + 2, bottom - 2));
      });
      expect(shown, path).toBe(true);
    }
    expect(faults).toEqual([]);
  });

  test("an edit shows what changes, and overwrites nobody's work", async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/engine/edit');
    await page.getByRole('textbox', { name: 'Description' }).fill('Mine');
    const headers = { 'if-match': '"1"' };
    const theirs = { health_check_path: '/health' };
    await client.call('PATCH', '/api/v1/backends/engine', theirs, { headers });
    await page.getByRole('button', { name: 'Review changes' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Mine').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Someone else has changed engine').waitFor();
    await page.getByRole('button', { name: 'Keep my changes on top of theirs' }).click();
    await page.getByRole('button', { name: 'Review changes' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/backends\/engine$/);
    const { body } = await client.call<Backend>('GET', '/api/v1/backends/engine');
    expect(body).toMatchObject({ description: 'Mine', health_check_path: '/health', revision: 3 });
    expect(faults).toEqual([]);
  });

  test('a draft is not lost where the file of the editor does not come', async () => {
    const client = await newOrg();
    const { page } = await browser.open({ client, token });
    await page.route(/\/yaml-editor-[^/]*\.js/, (route) => route.abort());
    await page.goto('/add-backend');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('engine');
    await page.getByText('YAML', { exact: true }).click();
    const editor = page.getByRole('textbox', { name: 'Definition in YAML' });
    await page.getByText('The editor could not be loaded').waitFor();
    expect(await editor.inputValue()).toContain('backend_name: engine');
    await expectAccessible(page);
    await editor.fill(yaml.replace('description: Fast', 'descripton: Fast'));
    await page.getByRole('button', { name: /^Error Line 2:/ }).click();
    expect(
      await editor.evaluate((area: HTMLTextAreaElement) =>
        area.value.slice(0, area.selectionStart),
      ),
    ).toBe('backend_name: engine\n');
    await editor.fill(yaml);
    await page.getByRole('button', { name: 'Add backend' }).click();
    await page.waitForURL(/\/backends\/engine$/);
    expect(await definitionIn(client)).toContain('description: Fast');
  });

  test('a folded version says that something in it is marked', async () => {
    const client = await newOrg();
    const plain = { image_name: 'engine:1', custom_framework: 'cpu' };
    const odd = { ...plain, run_command: 'serve {{prot}}' };
    const version_configs = { plain, odd };
    await client.call('POST', '/api/v1/backends', definition({ version_configs }));
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/engine/edit');
    await page.getByRole('button', { name: /^odd .* 1 warning$/ }).click();
    const version = page.getByRole('region', { name: 'Version odd' });
    await version.getByText(/^Warning: .*prot/).waitFor();
    await version.getByRole('textbox', { name: 'Image' }).fill('');
    await version.getByRole('button', { name: /^odd/ }).click();
    await page.getByRole('button', { name: 'Review changes' }).click();
    // What is wrong is opened; folded again it is still told.
    await version.getByText('Enter the image to run.').waitFor();
    await version.getByRole('button', { name: /^odd/ }).click();
    await version.getByRole('textbox', { name: 'Image' }).waitFor({ state: 'hidden' });
    await version.getByRole('button', { name: /^odd .* 1 error/ }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test('a copy begins with all that the other has', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/add-backend?from=engine');
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    expect(await name.inputValue()).toBe('engine-copy');
    await page.getByRole('button', { name: 'Add backend' }).click();
    await page.waitForURL(/\/backends\/engine-copy$/);
    const { body } = await client.call<Backend>('GET', '/api/v1/backends/engine-copy');
    expect(body).toMatchObject(definition({ backend_name: 'engine-copy' }));
    expect(faults).toEqual([]);
  });
});
