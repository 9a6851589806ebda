DROP INDEX `instances_unsettled`;--> statement-breakpoint
CREATE INDEX `instances_unsettled` ON `instances` (`org_id`,`state`) WHERE state IN ('pending', 'stopping', 'stopped', 'failed', 'unreachable', 'deleting');--> statement-breakpoint
ALTER TABLE `deployment_revisions` ADD `template_revision` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `deployment_revisions` ADD `cause` text DEFAULT 'create' NOT NULL;--> statement-breakpoint
ALTER TABLE `deployments` ADD `stopped` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `deployments` ADD `rolling` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `deployments` ADD `progress_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `deployments` ADD `good_revision` integer;--> statement-breakpoint
ALTER TABLE `deployments` ADD `rollout_failure` text;--> statement-breakpoint
CREATE INDEX `deployments_rolling` ON `deployments` (`org_id`) WHERE rolling = 1;--> statement-breakpoint
ALTER TABLE `hosts` ADD `last_seen_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `draining` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `orgs` ADD `replacement_held_at` integer;--> statement-breakpoint
UPDATE `deployment_revisions` SET `spec` = json_insert(`spec`, '$.rollout', json('{"min_ready_seconds":0,"deadline_seconds":3600}'), '$.replace_after_seconds', 120);
