-- Puts the tables that grow with customers and events into partitions by hash, on a PostgreSQL database that no node has open. Whether to:
-- docs/decisions/partitions.md. All or nothing, in one transaction; needs as much free disk again as these tables have, and as long as
-- reading and writing them takes. Take a backup first.
--
--   psql -v ON_ERROR_STOP=1 -c "SET holdfast.partitions = 16" -f docs/postgres-partitions.sql "$URL"
--
-- By the record (colocated, for Citus or by hand): events, timeline, states, consents, record_keys. By their own keys: messages, identifiers.
BEGIN;
DO $$
DECLARE
  parts INT := coalesce(nullif(current_setting('holdfast.partitions', true), ''), '16')::INT;
  name TEXT;
  distribution TEXT;
  key TEXT;
  reference TEXT;
  indexes TEXT[];
  statement TEXT;
BEGIN
  IF parts < 2 OR parts > 256 THEN
    RAISE EXCEPTION 'holdfast.partitions: expected 2 to 256, got %', parts;
  END IF;
  -- The lock by which nodes have the database: "HOLD" and "FAST" in ASCII.
  IF NOT pg_try_advisory_xact_lock(1213156420, 1178686292) THEN
    RAISE EXCEPTION 'a node has this database open: stop all nodes first';
  END IF;
  FOR name, distribution, key, reference IN VALUES
    -- The number of an event stays first in its key: readers that know no record ask one index of each partition.
    ('events', 'record_id', 'event_seq, record_id', NULL),
    ('timeline', 'record_id', 'record_id, occurred_at_ms, event_seq', NULL),
    ('states', 'record_id', 'record_id', NULL),
    ('consents', 'record_id', 'record_id', NULL),
    ('record_keys', 'record_id', 'record_id, epoch', 'FOREIGN KEY (wrap_epoch) REFERENCES wrapping_keys (epoch)'),
    ('messages', 'message_key', 'message_key', NULL),
    ('identifiers', 'identifier_key', 'identifier_key, record_id', NULL)
  LOOP
    IF (SELECT relkind FROM pg_class WHERE oid = name::regclass) = 'p' THEN
      RAISE NOTICE '% is in partitions already', name;
      CONTINUE;
    END IF;
    SELECT coalesce(array_agg(pg_get_indexdef(i.indexrelid)), '{}') INTO indexes
      FROM pg_index i WHERE i.indrelid = name::regclass AND NOT i.indisunique;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_whole');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION) PARTITION BY HASH (%I)',
      name, name || '_whole', distribution);
    FOR part IN 0 .. parts - 1 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)', name || '_' || part, name, parts, part);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, name || '_whole');
    EXECUTE format('DROP TABLE %I', name || '_whole');
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (%s)', name, key);
    IF reference IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %I ADD %s', name, reference);
    END IF;
    FOREACH statement IN ARRAY indexes LOOP
      -- As it was; only the table it is on has been made anew.
      EXECUTE statement;
    END LOOP;
    RAISE NOTICE '%: % partitions', name, parts;
  END LOOP;
END $$;
COMMIT;
ANALYZE;
