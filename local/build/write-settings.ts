/**
 * Writes what wrangler makes of wrangler.toml into the file that it is given. A program of its own: wrangler, once
 * loaded, answers a Ctrl-C by ending the process at once.
 */
import { writeFileSync } from 'node:fs';
import { unstable_readConfig } from 'wrangler';
import { inRepository } from '../paths.ts';
import { settingsOf } from './settings.ts';

const config = unstable_readConfig({ config: inRepository('wrangler.toml') });
writeFileSync(process.argv[2] ?? '', JSON.stringify(settingsOf(config), null, 2));
