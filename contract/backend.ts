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
    image_name: ImageName.describe('The image of this version.'),
    custom_framework: Framework.describe('The kind of accelerator that its image is made for.'),
    run_command: CommandText.optional().describe(
      "Takes the place of the backend's `default_run_command`.",
    ),
    entrypoint: CommandText.optional().describe(
      "Takes the place of the backend's `default_entrypoint`.",
    ),
    env: EnvironmentMap.optional().describe(
      "Added to the backend's `default_env`, over which it wins.",
    ),
    architectures: z
      .array(Architecture)
      .min(1)
      .max(8)
      .optional()
      .describe('What its image is built for; left out: whatever a host is.'),
    deprecated: z.boolean().optional().describe('It is chosen only where a deployment names it.'),
  })
  .meta({ id: 'VersionConfig', description: 'One release of a backend.' });
export type VersionConfig = z.infer<typeof VersionConfig>;

/** GPUStack's default, for every backend, custom ones too. */
export const defaultHealthCheckPath = '/v1/models';

/** What is asked for the health of an instance. */
export const HealthPath = textOf(1024).regex(/^\//, 'must start with "/"');

const definitionShape = {
  backend_name: BackendName.describe(
    'Unique in the organisation, whatever the case of its letters.',
  ),
  description: z.string().max(16_384).optional().describe('What it is, for people.'),
  health_check_path: z
    .string()
    .max(1024)
    .regex(/^\//, 'must start with "/"')
    .optional()
    .describe('What is asked for the health of an instance; left out: `/v1/models`.'),
  default_run_command: CommandText.optional().describe(
    'The command of every version without its own; `{{placeholders}}` are filled in.',
  ),
  default_entrypoint: CommandText.optional().describe("Takes the place of the image's entrypoint."),
  default_env: EnvironmentMap.optional().describe('Environment variables of every instance.'),
  default_backend_param: z
    .array(CommandText)
    .max(256)
    .optional()
    .describe('The parameters of a deployment that says nothing about them.'),
  common_parameters: z
    .array(z.string().max(1024))
    .max(512)
    .optional()
    .describe('Suggestions of parameters, for people.'),
  parameter_format: z
    .enum(['space', 'equal'])
    .optional()
    .describe('How a name and its value stand in the command: `--name value` or `--name=value`.'),
  version_configs: z
    .record(VersionName, VersionConfig)
    .refine((versions) => Object.keys(versions).length > 0, 'must hold at least one version')
    .refine((versions) => Object.keys(versions).length <= 256, 'must hold at most 256 versions')
    .describe('Its versions, by name.'),
  default_version: z
    .string()
    .optional()
    .describe('The version that a deployment without one gets where it fits.'),
  icon: z
    .string()
    .max(65_536)
    .regex(/^data:image\/[a-z0-9.+-]+[;,]/i, 'must be a data URI of an image')
    .optional()
    .describe('A data URI of an image.'),
};

/** What a backend is, as people write it: the part that has revisions. Null and left out mean the same on input. */
export const BackendDefinition = z.strictObject(definitionShape).meta({
  id: 'BackendDefinition',
  description:
    'What a backend is, as people write it: the part that has revisions. Null and left out mean the same.',
});
export type BackendDefinition = z.infer<typeof BackendDefinition>;

/** A JSON Merge Patch (RFC 7396) of a definition. */
export const BackendPatch = z.looseObject({}).meta({
  id: 'BackendPatch',
  description:
    'The keys of a `BackendDefinition` to change (RFC 7396): what is null is taken away, objects are merged, lists are replaced.',
});

/** A definition as text. */
export const DefinitionYaml = z.string().meta({
  id: 'DefinitionYaml',
  description: 'A `BackendDefinition` in YAML, as an import takes it.',
});

/** A version as text. */
export const VersionConfigYaml = z.string().meta({
  id: 'VersionConfigYaml',
  description: 'A `VersionConfig` in YAML, as `putBackendVersion` takes it.',
});

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
  deployment: z.string().describe('The name of the deployment.'),
  version: z.string().describe('The version that it runs.'),
});

/** A backend as the API gives it. */
export const Backend = z
  .object({
    id: z
      .string()
      .nullable()
      .describe('Null for a built-in one that the organisation has not changed.'),
    ...definitionShape,
    source: z
      .enum(['built_in', 'community', 'custom'])
      .describe('Where its definition comes from.'),
    is_built_in: z.boolean().describe('It ships with the control plane, and cannot be deleted.'),
    built_in_versions: z
      .array(z.string())
      .describe('The versions that ship with it, which cannot be changed.'),
    update_available: z
      .boolean()
      .describe('The catalogue has a newer definition of a community backend.'),
    frameworks: z.array(z.string()).describe('Frameworks of its versions, sorted.'),
    revision: z.int().describe('Counts the changes of its definition; the ETag.'),
    in_use_by: z.array(BackendUser).describe('The deployments that use it.'),
    created_at: Timestamp.nullable().describe(
      'Null for a built-in one that the organisation has not changed.',
    ),
    updated_at: Timestamp.nullable().describe(
      'Null for a built-in one that the organisation has not changed.',
    ),
  })
  .meta({ id: 'Backend', description: 'A backend of the organisation.' });
export type Backend = z.infer<typeof Backend>;

export const BackendQuery = z.strictObject({
  ...PageQuery.shape,
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('In names and descriptions, whatever the case.'),
  source: severalOf(z.enum(['built_in', 'community', 'custom'])),
  framework: severalOf(Framework),
});

/** A version of a backend. */
export const BackendVersion = z
  .object({
    version: z.string().describe('Its name.'),
    ...VersionConfig.shape,
    deprecated: z.boolean().describe('It is chosen only where a deployment names it.'),
    is_built_in: z.boolean().describe('It ships with the control plane, and cannot be changed.'),
    is_default: z
      .boolean()
      .describe('A deployment that names no version gets this one where it fits.'),
    in_use_by: z.array(z.string()).describe('Names of the deployments that run it.'),
  })
  .meta({ id: 'BackendVersion', description: 'A version of a backend.' });
export type BackendVersion = z.infer<typeof BackendVersion>;

/** One revision of a backend. */
export const BackendRevision = z
  .object({
    revision: z.int().describe('Counts the changes of its definition.'),
    author: z.string().describe('Who made it.'),
    created_at: Timestamp.describe('When it was made.'),
  })
  .meta({ id: 'BackendRevision', description: 'One revision of a backend.' });
export type BackendRevision = z.infer<typeof BackendRevision>;

export const BackendRevisionDetail = z
  .object({ ...BackendRevision.shape, definition: BackendDefinition })
  .meta({
    id: 'BackendRevisionDetail',
    description: 'What a backend was at one of its revisions.',
  });
export type BackendRevisionDetail = z.infer<typeof BackendRevisionDetail>;

/** What changed from one revision to another, field by field. */
export const BackendDiff = z
  .object({
    from: z.int().describe('The earlier revision.'),
    to: z.int().describe('The later revision.'),
    differences: z.array(FieldDifference).describe('Each field that differs.'),
  })
  .meta({
    id: 'BackendDiff',
    description: 'What changed from one revision to another, field by field.',
  });

/** A definition that ships with the control plane, as an organisation sees it. */
export const CatalogueItem = z
  .object({
    ...definitionShape,
    source: z
      .enum(['built_in', 'community'])
      .describe('Built-in ones are among the backends of every organisation.'),
    frameworks: z.array(z.string()).describe('Frameworks of its versions, sorted.'),
    enabled: z
      .boolean()
      .describe("It is among the organisation's backends. Built-in ones always are."),
    update_available: z
      .boolean()
      .describe("The organisation's own was taken from another definition than this one."),
  })
  .meta({
    id: 'CatalogueItem',
    description: 'A definition that ships with the control plane, as an organisation sees it.',
  });
export type CatalogueItem = z.infer<typeof CatalogueItem>;

export const CatalogueQuery = z.strictObject({
  ...PageQuery.shape,
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('In names and descriptions, whatever the case.'),
  source: severalOf(z.enum(['built_in', 'community'])),
  framework: severalOf(Framework),
});
