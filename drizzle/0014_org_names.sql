DROP INDEX `orgs_name`;--> statement-breakpoint
CREATE INDEX `orgs_name` ON `orgs` (`name`);