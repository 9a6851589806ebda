import * as z from 'zod';
import {
  Architecture,
  EnvironmentMap,
  FieldDifference,
  Framework,
  PageQuery,
  severalOf,
  Timestamp,
  textOf,
} from './common.ts';

export const BackendName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,63}$/, 'must be 1-63 letters, digits, ".", "_" or "-"');

/** A version's name is free text of one line, such as `0.11.0`, `latest-gpu` or `CUDA-Hopper-1.9`. */
export const VersionName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[^\s/\\](?:[^\n\r\t/\\]*[^\s/\\])?$/,
    'must be one line without "/" and without blanks at its ends',
  );

/** A command, an entrypoint or a parameter. */
export const CommandText = textOf(32_768);

/** An image's reference, as Docker takes it. */
export const ImageName = textOf(512, 1).regex(/^\S+$/, 'must not hold blanks');

export const VersionConfig = z
  .strictObject({
    image_name: ImageName,
    custom_framework: Framework,
    run_command: CommandText.optional(),
    entrypoint: CommandText.optional(),
    env: EnvironmentMap.optional(),
    /** What its image is built for; left out: whatever a host is. */
    architectures: z.array(Architecture).min(1).max(8).optional(),
    deprecated: z.boolean().optional(),
  })
  .meta({ id: 'VersionConfig' });
export type VersionConfig = z.infer<typeof VersionConfig>;

/** GPUStack's default, for every backend, custom ones too. */
export const defaultHealthCheckPath = '/v1/models';

/** What is asked for the health of an instance. */
export const HealthPath = textOf(1024).regex(/^\//, 'must start with "/"');

const definitionShape = {
  backend_name: BackendName,
  description: z.string().max(16_384).optional(),
  health_check_path: z.string().max(1024).regex(/^\//, 'must start with "/"').optional(),
  default_run_command: CommandText.optional(),
  default_entrypoint: CommandText.optional(),
  default_env: EnvironmentMap.optional(),
  default_backend_param: z.array(CommandText).max(256).optional(),
  common_parameters: z.array(z.string().max(1024)).max(512).optional(),
  parameter_format: z.enum(['space', 'equal']).optional(),
  version_configs: z
    .record(VersionName, VersionConfig)
    .refine((versions) => Object.keys(versions).length > 0, 'must hold at least one version')
    .refine((versions) => Object.keys(versions).length <= 256, 'must hold at most 256 versions'),
  default_version: z.string().optional(),
  icon: z
    .string()
    .max(65_536)
    .regex(/^data:image\/[a-z0-9.+-]+[;,]/i, 'must be a data URI of an image')
    .optional(),
};

/** What a backend is, as people write it: the part that has revisions. Null and left out mean the same on input. */
export const BackendDefinition = z.strictObject(definitionShape).meta({ id: 'BackendDefinition' });
export type BackendDefinition = z.infer<typeof BackendDefinition>;

/** Keys of an exported resource (ours or GPUStack's) that an import accepts and ignores, at the top and in a version. */
export const ignoredBackendKeys = [
  'source',
  'enabled',
  'is_built_in',
  'frameworks',
  'framework_index_map',
  'built_in_version_configs',
  'built_in_versions',
  'update_available',
  'revision',
  'in_use_by',
  'id',
  'backend_source',
  'created_at',
  'updated_at',
  'deleted_at',
  'allowed_proxy_uris',
  'owner_principal_id',
] as const;
export const ignoredVersionKeys = [
  'built_in_frameworks',
  'is_built_in',
  'is_default',
  'in_use_by',
  'version',
] as const;

/** A deployment that names a backend. */
export const BackendUser = z.object({
  deployment: z.string(),
  version: z.string(),
});

/** A backend as the API gives it. */
export const Backend = z
  .object({
    /** Null for a built-in one that the organisation has not changed. */
    id: z.string().nullable(),
    ...definitionShape,
    source: z.enum(['built_in', 'community', 'custom']),
    is_built_in: z.boolean(),
    /** The versions that ship with it, which cannot be changed. */
    built_in_versions: z.array(z.string()),
    /** The catalogue has a newer definition of a community backend. */
    update_available: z.boolean(),
    /** Frameworks of its versions, sorted. */
    frameworks: z.array(z.string()),
    revision: z.int(),
    in_use_by: z.array(BackendUser),
    /** Null for a built-in one that the organisation has not changed. */
    created_at: Timestamp.nullable(),
    updated_at: Timestamp.nullable(),
  })
  .meta({ id: 'Backend' });
export type Backend = z.infer<typeof Backend>;

export const BackendQuery = z.strictObject({
  ...PageQuery.shape,
  /** In names and descriptions, whatever the case. */
  search: z.string().min(1).max(200).optional(),
  source: severalOf(z.enum(['built_in', 'community', 'custom'])),
  framework: severalOf(Framework),
});

/** A version of a backend. */
export const BackendVersion = z
  .object({
    version: z.string(),
    ...VersionConfig.shape,
    deprecated: z.boolean(),
    is_built_in: z.boolean(),
    is_default: z.boolean(),
    /** Names of the deployments that run it. */
    in_use_by: z.array(z.string()),
  })
  .meta({ id: 'BackendVersion' });
export type BackendVersion = z.infer<typeof BackendVersion>;

/** One revision of a backend. */
export const BackendRevision = z
  .object({ revision: z.int(), author: z.string(), created_at: Timestamp })
  .meta({ id: 'BackendRevision' });
export type BackendRevision = z.infer<typeof BackendRevision>;

export const BackendRevisionDetail = z
  .object({ ...BackendRevision.shape, definition: BackendDefinition })
  .meta({ id: 'BackendRevisionDetail' });
export type BackendRevisionDetail = z.infer<typeof BackendRevisionDetail>;

/** What changed from one revision to another, field by field. */
export const BackendDiff = z
  .object({
    from: z.int(),
    to: z.int(),
    differences: z.array(FieldDifference),
  })
  .meta({ id: 'BackendDiff' });

/** A definition that ships with the control plane, as an organisation sees it. */
export const CatalogueItem = z
  .object({
    ...definitionShape,
    source: z.enum(['built_in', 'community']),
    frameworks: z.array(z.string()),
    /** It is among the organisation's backends. Built-in ones always are. */
    enabled: z.boolean(),
    /** The organisation's own was taken from another definition than this one. */
    update_available: z.boolean(),
  })
  .meta({ id: 'CatalogueItem' });
export type CatalogueItem = z.infer<typeof CatalogueItem>;

export const CatalogueQuery = z.strictObject({
  ...PageQuery.shape,
  search: z.string().min(1).max(200).optional(),
  source: severalOf(z.enum(['built_in', 'community'])),
  framework: severalOf(Framework),
});
