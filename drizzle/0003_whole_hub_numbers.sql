-- Hosts were given fractions, and so each a hub of its own.
UPDATE hosts SET hub = CAST(hub AS INTEGER);
