CREATE TABLE `audit` (
	`org_id` text NOT NULL,
	`id` text NOT NULL,
	`operation` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`resource_kind` text NOT NULL,
	`resource_id` text,
	`resource_name` text NOT NULL,
	`changes` text NOT NULL,
	`changes_left_out` integer NOT NULL,
	`note` text,
	`address` text,
	`user_agent` text,
	`request_id` text NOT NULL,
	PRIMARY KEY(`org_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`org_id`,`actor_id`);--> statement-breakpoint
CREATE INDEX `audit_resource` ON `audit` (`org_id`,`resource_name`);