CREATE TABLE `backend_revisions` (
	`backend_id` text NOT NULL,
	`revision` integer NOT NULL,
	`document` text NOT NULL,
	`author` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`backend_id`, `revision`),
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `backend_uses` (
	`deployment_id` text NOT NULL,
	`slot` text NOT NULL,
	`backend_id` text NOT NULL,
	`version` text,
	PRIMARY KEY(`deployment_id`, `slot`),
	FOREIGN KEY (`deployment_id`) REFERENCES `deployments`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`backend_id`,`version`) REFERENCES `backend_versions`(`backend_id`,`version`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `backend_uses_backend` ON `backend_uses` (`backend_id`,`version`);--> statement-breakpoint
CREATE TABLE `backend_versions` (
	`backend_id` text NOT NULL,
	`version` text NOT NULL,
	PRIMARY KEY(`backend_id`, `version`),
	FOREIGN KEY (`backend_id`) REFERENCES `backends`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `backends` (
	`id` text PRIMARY KEY NOT NULL,
	`org_id` text NOT NULL,
	`backend_name` text NOT NULL,
	`name_key` text NOT NULL,
	`source` text NOT NULL,
	`revision` integer NOT NULL,
	`catalogue_digest` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `backends_name` ON `backends` (`org_id`,`name_key`);--> statement-breakpoint
CREATE TABLE `barred_ports` (
	`host_id` text NOT NULL,
	`port` integer NOT NULL,
	`until` integer NOT NULL,
	PRIMARY KEY(`host_id`, `port`),
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `claims` (
	`host_id` text NOT NULL,
	`resource` text NOT NULL,
	`holder` text DEFAULT '' NOT NULL,
	`instance_id` text NOT NULL,
	`generation` integer NOT NULL,
	`amount` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`host_id`, `resource`, `holder`),
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `deployment_revisions` (
	`deployment_id` text NOT NULL,
	`revision` integer NOT NULL,
	`spec` text NOT NULL,
	`gpu_count` integer NOT NULL,
	`author` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`deployment_id`, `revision`),
	FOREIGN KEY (`deployment_id`) REFERENCES `deployments`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `deployments` (
	`id` text PRIMARY KEY NOT NULL,
	`org_id` text NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`version` integer NOT NULL,
	`deleting` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `deployments_name` ON `deployments` (`org_id`,`name`);--> statement-breakpoint
CREATE INDEX `deployments_deleting` ON `deployments` (`org_id`) WHERE deleting = 1;--> statement-breakpoint
CREATE TABLE `enrollment_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`org_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`uses_left` integer NOT NULL,
	`labels` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `enrollment_tokens_hash` ON `enrollment_tokens` (`token_hash`);--> statement-breakpoint
CREATE TABLE `events` (
	`subject` text NOT NULL,
	`id` text NOT NULL,
	`org_id` text NOT NULL,
	`type` text NOT NULL,
	`message` text NOT NULL,
	`instance_id` text,
	`host_id` text,
	`generation` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`subject`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `guards` (
	`holds` integer PRIMARY KEY NOT NULL,
	CONSTRAINT "guard" CHECK("guards"."holds" = 1)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `hosts` (
	`id` text PRIMARY KEY NOT NULL,
	`org_id` text NOT NULL,
	`name` text NOT NULL,
	`labels` text NOT NULL,
	`install_id` text NOT NULL,
	`secret_hash` text NOT NULL,
	`hub` integer NOT NULL,
	`epoch` integer DEFAULT 0 NOT NULL,
	`process_id` text,
	`seq` integer DEFAULT 0 NOT NULL,
	`agent_version` text,
	`observed_hash` text,
	`inventory` text,
	`desired_revision` integer DEFAULT 0 NOT NULL,
	`held_revision` integer DEFAULT 0 NOT NULL,
	`status` text NOT NULL,
	`status_changed_at` integer NOT NULL,
	`schedulable` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_secret` ON `hosts` (`secret_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_install` ON `hosts` (`org_id`,`install_id`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`org_id` text NOT NULL,
	`route` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`org_id`, `route`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `instances` (
	`id` text PRIMARY KEY NOT NULL,
	`org_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`deployment_revision` integer NOT NULL,
	`generation` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`message` text NOT NULL,
	`host_id` text,
	`restarts` integer DEFAULT 0 NOT NULL,
	`exit_code` integer,
	`oom_killed` integer,
	`container_id` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ready_at` integer,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`deployment_id`) REFERENCES `deployments`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `instances_deployment` ON `instances` (`deployment_id`);--> statement-breakpoint
CREATE INDEX `instances_unsettled` ON `instances` (`org_id`,`state`) WHERE state IN ('pending', 'stopping', 'stopped', 'failed');--> statement-breakpoint
CREATE TABLE `launches` (
	`instance_id` text NOT NULL,
	`generation` integer NOT NULL,
	`org_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`host_id` text NOT NULL,
	`spec` text NOT NULL,
	`removed_in` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`instance_id`, `generation`),
	FOREIGN KEY (`instance_id`) REFERENCES `instances`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `launches_host` ON `launches` (`host_id`);--> statement-breakpoint
CREATE TABLE `orgs` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `orgs_name` ON `orgs` (`name`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `orgs` (`id`, `name`, `created_at`) VALUES ('org_default', 'default', CAST(unixepoch('subsec') * 1000 AS INTEGER));--> statement-breakpoint
INSERT INTO `settings` (`key`, `value`) VALUES ('era', lower(hex(randomblob(8))));
