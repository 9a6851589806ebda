ALTER TABLE `events` ADD `count` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `events` ADD `first_at` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `until` integer;--> statement-breakpoint
ALTER TABLE `instances` ADD `retry_at` integer;