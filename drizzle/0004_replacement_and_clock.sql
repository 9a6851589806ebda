ALTER TABLE `orgs` ADD `replacement_released_at` integer;--> statement-breakpoint
CREATE INDEX `orgs_held` ON `orgs` (`replacement_held_at`) WHERE replacement_held_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `hosts_behind` ON `hosts` (`org_id`) WHERE held_revision < desired_revision;--> statement-breakpoint
CREATE INDEX `hosts_hub` ON `hosts` (`org_id`,`hub`);