-- A name that looks like an id, and all but the oldest of those that share one, would take work that was meant for another.
UPDATE `hosts` SET `name` = 'host-' || substr(`name`, 6) WHERE substr(`name`, 1, 5) = 'host_';--> statement-breakpoint
UPDATE `hosts` SET `name` = `name` || '-' || lower(hex(randomblob(4))) WHERE `id` IN (
	SELECT `id` FROM (SELECT `id`, row_number() OVER (PARTITION BY `org_id`, `name` ORDER BY `id`) AS `number` FROM `hosts`) WHERE `number` > 1
);--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_name` ON `hosts` (`org_id`,`name`);
