import pg from 'pg'
import { z } from 'zod'
import { announce } from '../../db/announcements.ts'
import { createPool, retriedTransaction } from '../../db/pool.ts'
import { rows, sql, type Database } from '../../db/sql.ts'

/**
 * Lets time pass for incidents, without anybody inside Plantão knowing of it.
 *
 * The database's clock is the only clock of alerting: what is due is `due_at <= now()`, what is old is `now()` less a
 * time in a row. Nothing but such differences decides anything, so taking an interval from every time in the rows is
 * the same as adding it to `now()`, and needs no clock that product code would have to ask instead of the real one.
 * All of it moves in one transaction, with writers kept out: nobody sees half of it moved.
 *
 * What is not moved: the calendar (rotations, overrides, maintenance windows, schedules), because the file it comes
 * from cannot be moved with it; heartbeats, whose senders would have carried on, except `silent` ones; deliveries and
 * attempts, which PagerDuty counts by a clock of its own. Jobs that are over do move, because incidents show how long before or after
 * them they ran.
 */
export async function letTimePass(
  databaseUrl: string,
  minutes: number,
  { silent = [] }: { silent?: readonly string[] } = {},
): Promise<void> {
  const pool = createPool(databaseUrl, { max: 1, applicationName: 'sandbox-clock' })
  try {
    await retriedTransaction(pool, async (tx) => {
      await tx.query(`lock table ${alerting.join(', ')} in exclusive mode`)
      for (const table of alerting) await makeOlder(tx, { table, minutes })
      await makeOlder(tx, { table: 'job', minutes, where: 'finished_at is not null' })
      await tx.query(
        'update heartbeat set last_at = last_at - make_interval(mins => $1) where name = any($2)',
        [minutes, silent],
      )
      await tx.query('update heartbeat_watch set since = since - make_interval(mins => $1)', [minutes])
      await announce(tx, ...(await shownIncidents(tx)))
      await tx.query(`select pg_notify('plantao_alerting', what) from unnest(array['timers', 'pages']) what`)
    })
  } finally {
    await pool.end()
  }
}

const alerting = ['incident', 'incident_event', 'escalation', 'incident_timer', 'alert', 'silence', 'page']

/** Every column that is a time, also those that later migrations add. */
async function makeOlder(
  tx: Database,
  { table, minutes, where = 'true' }: { table: string; minutes: number; where?: string },
): Promise<void> {
  const columns = await rows(
    tx,
    z.object({ name: z.string() }),
    sql`select column_name as name from information_schema.columns
        where table_schema = current_schema() and table_name = ${table}
          and data_type = 'timestamp with time zone' and is_generated = 'NEVER'`,
  )
  const older = columns.map(({ name }) => {
    const column = pg.escapeIdentifier(name)
    return `${column} = ${column} - make_interval(mins => $1)`
  })
  await tx.query(`update ${table} set ${older.join(', ')} where ${where}`, [minutes])
}

/** Those whose cards people still look at. */
async function shownIncidents(tx: Database): Promise<string[]> {
  const shown = await rows(
    tx,
    z.object({ id: z.number() }),
    sql`select id from incident where state <> 'resolved' or resolved_at > now() - interval '1 day' order by id`,
  )
  return shown.map(({ id }) => `incident/${id}`)
}
