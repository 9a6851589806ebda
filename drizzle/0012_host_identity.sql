CREATE TABLE `host_rivals` (
	`host_id` text PRIMARY KEY NOT NULL,
	`process_id` text NOT NULL,
	`heard_from` text,
	`other_process_id` text NOT NULL,
	`other_heard_from` text,
	`first_at` integer NOT NULL,
	`heard_at` integer NOT NULL,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `host_rivals_age` ON `host_rivals` (`heard_at`);--> statement-breakpoint
CREATE TABLE `removed_hosts` (
	`secret_hash` text PRIMARY KEY NOT NULL,
	`removed_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `removed_hosts_age` ON `removed_hosts` (`removed_at`);--> statement-breakpoint
ALTER TABLE `enrollment_tokens` ADD `uses` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
UPDATE `enrollment_tokens` SET `uses` = max(`uses_left`, 1);--> statement-breakpoint
ALTER TABLE `enrollment_tokens` ADD `created_by` text DEFAULT 'admin' NOT NULL;--> statement-breakpoint
CREATE INDEX `enrollment_tokens_org` ON `enrollment_tokens` (`org_id`);--> statement-breakpoint
CREATE INDEX `enrollment_tokens_age` ON `enrollment_tokens` (`expires_at`);--> statement-breakpoint
ALTER TABLE `hosts` ADD `heard_from` text;--> statement-breakpoint
ALTER TABLE `hosts` ADD `revoked_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `rotation_asked_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `secret_changed_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `retired_secret_hash` text;--> statement-breakpoint
ALTER TABLE `hosts` ADD `retired_used_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `retired_used_from` text;--> statement-breakpoint
CREATE INDEX `hosts_retired` ON `hosts` (`retired_secret_hash`) WHERE retired_secret_hash IS NOT NULL;