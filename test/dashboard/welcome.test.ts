import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import type { NewApiToken } from '../../contract/access.ts';
import { desktop, expectAccessibleEverywhere, phone, useBrowser } from '../support/browser.ts';
import { newOrg } from '../support/client.ts';
import { obey, readDeployment } from '../support/deployment.ts';
import { cudaGpu, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';

const sources = ['none', 'huggingface'];
const withoutGpus = inventoryWith({ model_sources: sources });
const withGpu = inventoryWith({ model_sources: sources, gpus: [cudaGpu(0)] });

/** How many lines each has, 3 standing for all above 2. */
function linesOf(texts: Element[]): number[] {
  const lines = texts.map(
    (text) =>
      text.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(text).lineHeight),
  );
  return lines.map((count) => Math.min(Math.round(count), 3));
}

const stepOf = (page: Page) => (name: string) => page.getByRole('listitem', { name, exact: true });

describe.skipIf(inject('chromium') === null)('the way to a first answer', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('on a machine without GPUs a community backend is enabled, and a model that fits it is deployed', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    const step = stepOf(page);
    await page.goto('/');
    await page.waitForURL(/\/welcome$/);
    await page.getByText('0 of 4 done').waitFor();
    await expectAccessibleEverywhere(page);
    // Nobody is kept: the pages are there, and so is the way back.
    await page.getByRole('link', { name: 'Go to deployments' }).click();
    await page.getByRole('link', { name: 'Get started' }).click();

    const agent = keepOnline(await newFakeAgent(client, withoutGpus));
    await step('A host').getByText('Done').waitFor();
    await step('A backend')
      .getByRole('radio', { name: /^llama\.cpp/ })
      .waitFor();
    await step('A backend')
      .getByRole('button', { name: /^Show all/ })
      .click();
    await step('A backend').getByText('MindIE: no host has a cann GPU').waitFor();
    await expectAccessibleEverywhere(page);
    await page.setViewportSize(phone);
    expect(
      await step('A backend')
        .getByText(/^Runs on/)
        .evaluateAll(linesOf),
    ).not.toContain(3);
    await page.setViewportSize(desktop);
    await step('A backend').getByRole('button', { name: 'Enable llama.cpp' }).click();
    await step('A deployment').getByText('Qwen/Qwen3-0.6B-GGUF').waitFor();
    await expectAccessibleEverywhere(page);
    await step('A deployment').getByRole('link', { name: 'Edit it first' }).click();
    const field = (name: string) => page.getByRole('textbox', { name, exact: true });
    expect(await field('Repository').inputValue()).toBe('Qwen/Qwen3-0.6B-GGUF');
    expect(await field('File').inputValue()).toBe('Qwen3-0.6B-Q8_0.gguf');
    expect(await field('Name').inputValue()).toBe('qwen3-0-6b');
    await page.goBack();
    await step('A deployment').getByRole('button', { name: 'Deploy qwen3-0-6b' }).click();
    await page.getByText('3 of 4 done').waitFor();
    await obey(agent);
    await step('A first answer').getByText('Ready to try').waitFor();
    await page.getByText('3 of 4 done').waitFor();
    await step('A first answer').getByText('/v1/chat/completions').waitFor();
    await expectAccessibleEverywhere(page);
    expect(await readDeployment(client, 'qwen3-0-6b')).toMatchObject({
      backend_name: 'llama.cpp',
      model: { file: 'Qwen3-0.6B-Q8_0.gguf' },
    });
    expect(faults).toEqual([]);
  }, 120_000);

  test('with GPUs vLLM is ready to be used, another can be chosen, and who may not is told so', async () => {
    const client = await newOrg();
    keepOnline(await newFakeAgent(client, withGpu));
    const input = { name: 'reader', role: 'viewer' };
    const viewer = (await client.call<NewApiToken>('POST', '/api/v1/tokens', input)).body.token;
    const reader = await browser.open({ client, token: viewer });
    await reader.page.goto('/welcome');
    await stepOf(reader.page)('A deployment').getByText('Ask an operator').waitFor();
    expect(await reader.page.getByRole('button', { name: /^(Deploy|Enable|Create)/ }).count()).toBe(
      0,
    );

    const { page, faults } = await browser.open({ client, token });
    const step = stepOf(page);
    await page.goto('/welcome');
    await page.getByText('2 of 4 done').waitFor();
    await step('A deployment').getByText('Qwen/Qwen3-4B').waitFor();
    await step('A backend').getByRole('button', { name: 'Choose another' }).click();
    await step('A backend')
      .getByRole('radio', { name: /^SGLang/ })
      .check();
    await step('A deployment').getByText('on SGLang').waitFor();
    expect([...faults, ...reader.faults]).toEqual([]);
  });
});
