CREATE TABLE `reservations` (
	`org_id` text PRIMARY KEY NOT NULL,
	`host_id` text NOT NULL,
	`instance_id` text NOT NULL,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`instance_id`) REFERENCES `instances`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `reservations_host` ON `reservations` (`host_id`);--> statement-breakpoint
CREATE INDEX `reservations_instance` ON `reservations` (`instance_id`);