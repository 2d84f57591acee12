import pg from "pg";

/**
 * Makes a mistake on purpose: from now on commits of events are answered before they are on the disk. Our connections ask
 * for durable commits; this takes it back inside each of their transactions. How long nothing is brought to the disk is
 * the server's `wal_writer_delay`.
 */
export async function commitWithoutWaiting(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`
    create function forget() returns trigger language plpgsql as $$
    begin perform set_config('synchronous_commit', 'off', true); return null; end $$;
    create trigger forget before insert on palimpsest.event for each statement execute function forget();
    alter table palimpsest.event enable always trigger forget`);
  await client.end();
}
