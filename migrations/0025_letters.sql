-- A letter's row is written three times on its way out, and each time into every index that it stands in.

DROP INDEX delivery_update;
CREATE INDEX delivery_update ON delivery (status_update_id) WHERE status_update_id IS NOT NULL;   -- reminders have none
