// Plantão's note on a database it made or set aside, kept as the database's comment: it moves with the database
// through every rename, in the same transaction, and tells a later worker what an earlier one has done.
import { escapeIdentifier, escapeLiteral, type Client } from 'pg'
import { z } from 'zod'

const DatabaseNote = z.object({
  madeBy: z.literal('plantao'),
  /** The job. */
  mark: z.string(),
  /** loading, loaded: beside the live one. live: took its place. kept: was replaced. undone: was live, and is not any more. */
  state: z.enum(['loading', 'loaded', 'live', 'kept', 'undone']),
  /** Which backup was loaded; on a kept database: which one replaced it. */
  backup: z.string(),
  /** The name of the live database that it stands beside. */
  live: z.string(),
  at: z.iso.datetime(),
  /** What the comment was before a swap replaced it. */
  commentBefore: z.string().nullable().optional(),
})
export type DatabaseNote = z.infer<typeof DatabaseNote>

const Found = z.object({
  oid: z.number(),
  name: z.string(),
  owner: z.string(),
  comment: z.string().nullable(),
  bytes: z.coerce.number().nullable(),
})
export type DatabaseFound = z.infer<typeof Found> & { note: DatabaseNote | null }

/** Every database of the server that we may see, with its note if it has one. */
export async function listDatabases(client: Client): Promise<DatabaseFound[]> {
  const found = await client.query(`
    select oid::int8::float8 as oid, datname as name, pg_get_userbyid(datdba) as owner,
      shobj_description(oid, 'pg_database') as comment,
      case when has_database_privilege(oid, 'CONNECT') or pg_has_role('pg_read_all_stats', 'USAGE')
        then pg_database_size(oid) end as bytes
    from pg_database where not datistemplate order by datname`)
  return z
    .array(Found)
    .parse(found.rows)
    .map((database) => ({ ...database, note: readNote(database.comment) }))
}

export async function findDatabase(client: Client, name: string): Promise<DatabaseFound | null> {
  return (await listDatabases(client)).find((database) => database.name === name) ?? null
}

export async function writeNote(client: Client, name: string, note: DatabaseNote): Promise<void> {
  await writeComment(client, name, JSON.stringify(note))
}

export async function writeComment(client: Client, name: string, comment: string | null): Promise<void> {
  const text = comment === null ? 'null' : escapeLiteral(comment)
  await client.query(`comment on database ${escapeIdentifier(name)} is ${text}`)
}

function readNote(comment: string | null): DatabaseNote | null {
  if (!comment?.includes('"plantao"')) return null
  try {
    return DatabaseNote.safeParse(JSON.parse(comment)).data ?? null
  } catch {
    return null
  }
}
