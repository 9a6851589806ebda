import { join } from 'node:path';
import type { MiniflareOptions } from 'miniflare';
import type { WorkerSettings } from '../build/settings.ts';
import type { StartOrder } from './messages.ts';

/**
 * The Worker for Miniflare, as its settings say. Everything that serves development only stays off: no inspector, no
 * request log, no trigger URLs, no look-up of a `request.cf` from the network.
 */
export function runtimeOptions(settings: WorkerSettings, order: StartOrder): MiniflareOptions {
  const { assets } = settings;
  return {
    name: settings.name,
    host: order.host,
    port: order.port,
    cf: false,
    logRequests: false,
    unsafeTriggerHandlers: false,
    modules: [{ type: 'ESModule', path: join(order.workerFolder, 'worker.js') }],
    modulesRoot: order.workerFolder,
    compatibilityDate: settings.compatibility_date,
    compatibilityFlags: settings.compatibility_flags,
    bindings: order.bindings,
    durableObjects: Object.fromEntries(
      settings.durable_objects.map(({ name, class_name }) => [
        name,
        { className: class_name, useSQLite: true },
      ]),
    ),
    durableObjectsPersist: order.durableObjectsFolder,
    assets: {
      directory: join(order.assetsRoot, assets.directory),
      workerName: settings.name,
      binding: assets.binding,
      routerConfig: {
        has_user_worker: true,
        invoke_user_worker_ahead_of_assets: false,
        static_routing: staticRouting(assets.run_worker_first),
      },
      assetConfig: { not_found_handling: assets.not_found_handling },
    },
  };
}

/** wrangler's `run_worker_first` as the router of assets takes it: a rule with `!` is one for the assets. */
export function staticRouting(rules: readonly string[]): {
  user_worker: string[];
  asset_worker: string[];
} {
  return {
    user_worker: rules.filter((rule) => !rule.startsWith('!')),
    asset_worker: rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1)),
  };
}
