-- Links are good for an hour at most: those that are open are not carried over.
DROP TABLE `sign_in_links`;--> statement-breakpoint
CREATE TABLE `sign_in_links` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`org_id` text,
	`role` text,
	`platform` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `sign_in_links_email` ON `sign_in_links` (`email`);--> statement-breakpoint
CREATE INDEX `sign_in_links_org` ON `sign_in_links` (`org_id`);
