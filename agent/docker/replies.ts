import * as z from 'zod';

// The parts of the engine's replies that we use. Docker Engine API v1.41.

export const VersionReply = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
  Arch: z.string().optional(),
});

export const InfoReply = z.object({
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  DefaultRuntime: z.string().nullish(),
  DockerRootDir: z.string().nullish(),
  /** Since Docker 28.2: devices that a request may name, such as `nvidia.com/gpu=GPU-...`. */
  DiscoveredDevices: z.array(z.object({ Source: z.string(), ID: z.string() })).nullish(),
});

const LabelMap = z
  .union([z.record(z.string(), z.string()), z.null()])
  .transform((map) => map ?? {});

export const ContainerSummary = z.object({
  Id: z.string(),
  Names: z.array(z.string()),
  Labels: LabelMap,
  State: z.string(),
});
export type ContainerSummary = z.infer<typeof ContainerSummary>;

export const ContainerStatus = z.enum([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]);
export type ContainerStatus = z.infer<typeof ContainerStatus>;

export const ContainerDetail = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({
    Status: ContainerStatus,
    ExitCode: z.int(),
    OOMKilled: z.boolean(),
    Error: z.string(),
    /** RFC 3339 with nanoseconds; year 1 for one that never ran. */
    StartedAt: z.string(),
  }),
  /** The image's id. */
  Image: z.string(),
  Config: z.object({
    /** The image's name, as the container was asked for with. */
    Image: z.string(),
    Labels: LabelMap,
    StopTimeout: z.int().nullish(),
  }),
  /** 0: no limit. */
  HostConfig: z.object({ Memory: z.int().nullish() }).nullish(),
});
export type ContainerDetail = z.infer<typeof ContainerDetail>;

/** Null and `<none>:<none>` stand for no name, depending on the engine. */
const ImageNames = z.union([z.array(z.string()), z.null()]).optional();

export const ImageDetail = z.object({
  Id: z.string(),
  RepoTags: ImageNames,
  RepoDigests: ImageNames,
  Architecture: z.string(),
});

export const UsedImage = z.object({ ImageID: z.string() });

export const ImageSummary = z.object({
  Id: z.string(),
  /** When it was built, in seconds since 1970. */
  Created: z.int(),
  RepoTags: ImageNames,
  RepoDigests: ImageNames,
});
export type ImageSummary = z.infer<typeof ImageSummary>;

export const CreateReply = z.object({ Id: z.string() });

export const ErrorReply = z.object({ message: z.string() });

/** One line of a pull. */
export const PullLine = z.object({
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ code: z.int().optional() }).optional(),
  progressDetail: z
    .object({ current: z.number().optional(), total: z.number().optional() })
    .optional(),
});
export type PullLine = z.infer<typeof PullLine>;

export const EventLine = z.object({
  Type: z.string().optional(),
  Action: z.string(),
  Actor: z.object({ ID: z.string() }),
});
