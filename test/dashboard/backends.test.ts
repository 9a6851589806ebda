import { describe, expect, inject, test } from 'vitest';
import type { Backend, BackendVersion } from '../../contract/backend.ts';
import { expectAccessibleEverywhere, useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';

describe.skipIf(inject('chromium') === null)('the Inference Backends page', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('search and filters live in the address, and a card leads to all its versions', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends?search=vllm');
    await page.getByRole('heading', { name: 'vLLM', exact: true }).waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await page.getByLabel('Search backends').fill('');
    await page.getByRole('heading', { name: 'SGLang', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.getByText('cann', { exact: true }).first().click();
    await page.waitForURL(/framework=cann/);
    await page.goto('/backends');
    await page.getByRole('link', { name: 'vLLM', exact: true }).click();
    await page.waitForURL(/\/backends\/vLLM$/);
    const versions = page.getByRole('table', { name: 'Versions' });
    await versions.getByRole('button', { name: '0.11.0', exact: true }).click();
    await versions
      .getByText('python3 -m vllm.entrypoints.openai.api_server --model /models/Qwen3-8B')
      .waitFor();
    expect(faults).toEqual([]);
  });

  test('version 0.19.0 is added to vLLM, and gets its entrypoint and command from it', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/vLLM');
    await page.getByRole('button', { name: 'Add version' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('since 0.11.1', { exact: false }).waitFor();
    await drawer.getByRole('textbox', { name: 'Version', exact: true }).fill('0.19.0');
    await drawer.getByRole('button', { name: 'Add version' }).click();
    await drawer.getByText('Enter the image to run.').waitFor();
    await drawer.getByRole('textbox', { name: 'Image' }).fill('vllm/vllm-openai:v0.19.0');
    await drawer.getByRole('combobox', { name: 'Framework' }).fill('cuda');
    await drawer.getByText('vllm serve /models/Qwen3-8B').waitFor();
    await drawer.getByRole('button', { name: 'Add version' }).click();
    await drawer.waitFor({ state: 'hidden' });
    const row = page.getByRole('row').filter({ hasText: 'vllm/vllm-openai:v0.19.0' });
    await row.getByText('Yours').waitFor();
    const path = '/api/v1/backends/vLLM/versions/0.19.0';
    const { body } = await client.call<BackendVersion>('GET', path);
    expect(body).toMatchObject({
      image_name: 'vllm/vllm-openai:v0.19.0',
      custom_framework: 'cuda',
      is_built_in: false,
    });
    expect(body).not.toHaveProperty('entrypoint');

    await row.getByRole('button', { name: 'Actions for 0.19.0' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByRole('button', { name: 'Restore 1' }).click();
    const restore = page.getByRole('dialog');
    await restore.getByText('version_configs / 0.19.0').waitFor();
    await restore.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('Revision 3 · newest').waitFor();
    expect((await client.call('GET', path)).status).toBe(200);
    expect(faults).toEqual([]);
  });

  test('a version that was added is shown among the others, wherever it stands', async () => {
    const client = await newOrg();
    const viewport = { width: 1280, height: 500 };
    const { page, faults } = await browser.open({ client, token, viewport });
    await page.goto('/backends/vLLM');
    await page.getByRole('button', { name: 'Add version' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('textbox', { name: 'Version', exact: true }).fill('0.0.1');
    await drawer.getByRole('textbox', { name: 'Image' }).fill('vllm/vllm-openai:v0.0.1');
    await drawer.getByRole('combobox', { name: 'Framework' }).fill('cuda');
    await drawer.getByRole('button', { name: 'Add version' }).click();
    await drawer.waitFor({ state: 'hidden' });
    const row = page.getByRole('row').filter({ hasText: 'vllm/vllm-openai:v0.0.1' });
    await row.getByText('New', { exact: true }).waitFor();
    expect(await page.getByText('New', { exact: true }).count()).toBe(1);
    const isInSight = () =>
      row.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    await expect.poll(isInSight).toBe(true);
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });

  test('what was written of a version is not thrown away without a question', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/vLLM');
    const drawer = page.getByRole('dialog', { name: 'Add a version to vLLM' });
    const question = page.getByRole('dialog', { name: 'Close without saving?' });
    const name = drawer.getByRole('textbox', { name: 'Version', exact: true });
    await page.getByRole('button', { name: 'Add version' }).click();
    await name.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Add version' }).click();
    await name.fill('0.19.0');
    await page.keyboard.press('Escape');
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await name.and(page.locator(':focus')).waitFor();
    expect(await name.inputValue()).toBe('0.19.0');
    // Beside it.
    await page.mouse.click(5, 5);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await drawer.getByRole('button', { name: 'Cancel' }).click();
    await question.getByRole('button', { name: 'Discard' }).click();
    await drawer.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Add version' }).click();
    expect(await name.inputValue()).toBe('');
    expect(faults).toEqual([]);
  });

  test('what a deployment uses is not deleted, and who uses it is named', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    await client.call('POST', '/api/v1/deployments', { name: 'chat', backend_name: 'engine' });
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/backends/engine');
    await page.getByRole('button', { name: 'Actions for engine' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('link', { name: 'chat' }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    const gone = '/api/v1/deployments/chat?force=true';
    expect((await client.call('DELETE', gone)).status).toBeLessThan(300);
    await page.reload();
    await page.getByRole('button', { name: 'Actions for engine' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    await dialog.getByLabel('Type engine to delete it').fill('engin');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type engine to delete it').fill('engine');
    await confirm.click();
    await page.waitForURL(/\/backends$/);
    expect((await client.call('GET', '/api/v1/backends/engine')).status).toBe(404);
    expect(faults).toEqual([]);
  });

  test('a community backend is looked at, enabled and disabled', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto('/community?search=whisper.cpp');
    const card = page.getByRole('article').filter({ hasText: 'whisper.cpp' }).first();
    await card.getByRole('button', { name: 'whisper.cpp', exact: true }).click();
    await page.waitForURL(/show=whisper/);
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Example:').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await card.getByRole('button', { name: 'Enable whisper.cpp' }).click();
    await card.getByText('Enabled', { exact: true }).waitFor();
    const path = '/api/v1/backends/whisper.cpp';
    const { body } = await client.call<Backend>('GET', path);
    expect(body.source).toBe('community');
    await page.getByRole('alert').getByRole('link', { name: 'Go to whisper.cpp' }).waitFor();
    await card.getByRole('link', { name: 'Open whisper.cpp' }).click();
    await page.waitForURL(/\/backends\/whisper\.cpp$/);
    await page.goBack();
    await card.getByRole('button', { name: 'Disable whisper.cpp' }).click();
    await drawer.getByLabel(/^Type/).fill('whisper.cpp');
    await drawer.getByRole('button', { name: 'Disable', exact: true }).click();
    await card.getByRole('button', { name: 'Enable whisper.cpp' }).waitFor();
    expect((await client.call('GET', path)).status).toBe(404);
    expect(faults).toEqual([]);
  });
});
