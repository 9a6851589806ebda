ALTER TABLE `orgs` ADD `max_hosts` integer DEFAULT 10000 NOT NULL;--> statement-breakpoint
ALTER TABLE `orgs` ADD `max_deployments` integer DEFAULT 10000 NOT NULL;--> statement-breakpoint
ALTER TABLE `orgs` ADD `max_tokens` integer DEFAULT 100 NOT NULL;--> statement-breakpoint
ALTER TABLE `orgs` ADD `deleting_at` integer;--> statement-breakpoint
ALTER TABLE `orgs` ADD `deleting_hubs` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `orgs_deleting` ON `orgs` (`deleting_at`) WHERE deleting_at IS NOT NULL;