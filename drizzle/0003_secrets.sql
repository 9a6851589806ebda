CREATE TABLE `registries` (
	`org_id` text NOT NULL,
	`server` text NOT NULL,
	`username` text NOT NULL,
	`password_secret` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`org_id`, `server`),
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`org_id`,`password_secret`) REFERENCES `secrets`(`org_id`,`name`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `registries_secret` ON `registries` (`org_id`,`password_secret`);--> statement-breakpoint
CREATE TABLE `secret_uses` (
	`deployment_id` text NOT NULL,
	`name` text NOT NULL,
	`org_id` text NOT NULL,
	PRIMARY KEY(`deployment_id`, `name`),
	FOREIGN KEY (`deployment_id`) REFERENCES `deployments`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`org_id`,`name`) REFERENCES `secrets`(`org_id`,`name`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `secret_uses_secret` ON `secret_uses` (`org_id`,`name`);--> statement-breakpoint
CREATE TABLE `secrets` (
	`org_id` text NOT NULL,
	`name` text NOT NULL,
	`key_id` text NOT NULL,
	`sealed` text NOT NULL,
	`revision` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`org_id`, `name`),
	FOREIGN KEY (`org_id`) REFERENCES `orgs`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
