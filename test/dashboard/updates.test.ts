import { describe, expect, inject, test } from 'vitest';
import type { Backend } from '../../contract/backend.ts';
import { expectAccessibleEverywhere, useBrowser } from '../support/browser.ts';
import { type Client, newOrg } from '../support/client.ts';
import { sql } from '../support/sql.ts';

const name = 'whisper.cpp';
const path = `/api/v1/backends/${name}`;

async function read(client: Client): Promise<Backend> {
  return (await client.call<Backend>('GET', path)).body;
}

/** As if it had been enabled when the control plane shipped another definition. */
async function makeOlder(client: Client): Promise<void> {
  const { id } = await read(client);
  if (id === null) throw new Error(`${name} is not enabled`);
  await sql("UPDATE backends SET catalogue_digest = 'older' WHERE id = ?", [id]);
  await sql(
    `UPDATE backend_revisions SET document = json_set(document, '$.description', 'As it was')
     WHERE backend_id = ?`,
    [id],
  );
}

describe.skipIf(inject('chromium') === null)('a community backend that ships anew', () => {
  const browser = useBrowser();
  const { adminToken: token } = inject('stack');

  test('is enabled in the gallery, says that it is old, shows what an update changes, and is updated', async () => {
    const client = await newOrg();
    const { page, faults } = await browser.open({ client, token });
    await page.goto(`/community?search=${name}`);
    await page.getByRole('button', { name: `Enable ${name}` }).click();
    await page.getByRole('button', { name: `Disable ${name}` }).waitFor();
    const shipped = (await read(client)).description ?? '';
    await makeOlder(client);

    await page.reload();
    await page.getByText('Update available').waitFor();
    await page.getByRole('button', { name: `Update ${name}` }).click();
    const dialog = page.getByRole('dialog', { name: `Update ${name}` });
    await dialog.getByRole('table', { name: 'Differences' }).getByText('As it was').waitFor();
    // Only what differs is told.
    expect(await dialog.getByRole('row').count()).toBe(2);
    await expectAccessibleEverywhere(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });

    await page.goto(`/backends/${name}`);
    await page.getByRole('button', { name: 'Review the update' }).click();
    await dialog.getByText('As it was').waitFor();
    await dialog.getByRole('button', { name: 'Update', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Review the update' }).waitFor({ state: 'hidden' });
    expect(await read(client)).toMatchObject({
      description: shipped,
      revision: 2,
      update_available: false,
    });
    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByText('Revision 2 · newest').waitFor();
    await expectAccessibleEverywhere(page);
    expect(faults).toEqual([]);
  });
});
