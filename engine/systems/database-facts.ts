// What a database is, apart from its rows: read for a backup's manifest, and compared after a restore.
import { escapeIdentifier, type Client } from 'pg'
import { z } from 'zod'
import type { BackupManifest, TableRows } from './backup-manifest.ts'

export type DatabaseFacts = Pick<
  BackupManifest,
  | 'serverVersion'
  | 'serverVersionNumber'
  | 'objects'
  | 'unvalidatedConstraints'
  | 'alembicVersion'
  | 'roles'
  | keyof DatabaseProperties
>

export async function readFacts(client: Client): Promise<DatabaseFacts> {
  return {
    ...(await readProperties(client, await currentDatabase(client))),
    ...(await readVersion(client)),
    objects: await countObjects(client),
    unvalidatedConstraints: await unvalidatedConstraints(client),
    alembicVersion: await alembicVersion(client),
    roles: await texts(client, rolesInUse),
  }
}

export type DatabaseProperties = z.infer<typeof DatabaseProperties>
const DatabaseProperties = z.object({
  owner: z.string(),
  encoding: z.string(),
  collation: z.string(),
  characterType: z.string(),
  localeProvider: z.enum(['c', 'i', 'b']),
  locale: z.string().nullable(),
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
  connectionLimit: z.number(),
})

export async function readProperties(client: Client, database: string): Promise<DatabaseProperties> {
  // The locale's column is datlocale from 17, daticulocale in 15 and 16, and there is none before.
  const query = `
    select pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding,
      datcollate as collation, datctype as "characterType",
      coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') as "localeProvider",
      coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale,
      datconnlimit as "connectionLimit",
      coalesce((
        select jsonb_agg(jsonb_build_object('role', rolname,
          'name', split_part(setting, '=', 1), 'value', substr(setting, strpos(setting, '=') + 1)) order by rolname, setting)
        from pg_db_role_setting left join pg_roles r on r.oid = setrole, unnest(setconfig) setting
        where setdatabase = d.oid), '[]') as settings
    from pg_database d where datname = $1`
  const found = await client.query(query, [database])
  return DatabaseProperties.parse(found.rows[0])
}

async function currentDatabase(client: Client): Promise<string> {
  return (await texts(client, 'select current_database()::text')).join('')
}

const Version = z.object({ serverVersion: z.string(), serverVersionNumber: z.number() })

async function readVersion(client: Client): Promise<z.infer<typeof Version>> {
  const found = await client.query(`
    select split_part(current_setting('server_version'), ' ', 1) as "serverVersion",
      current_setting('server_version_num')::int as "serverVersionNumber"`)
  return Version.parse(found.rows[0])
}

/** Objects of the application: not the system's, not an extension's. */
const ours = (oid: string, catalog: string, schema: string) => `
  ${schema} !~ '^pg_' and ${schema} <> 'information_schema' and not exists (
    select from pg_depend e where e.classid = '${catalog}'::regclass and e.objid = ${oid} and e.deptype = 'e')`

/** The tables whose rows a dump holds; the rows of a partitioned table are those of its partitions. */
async function listTables(client: Client): Promise<{ schema: string; name: string }[]> {
  const found = await client.query(`
    select nspname as schema, relname as name
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and ${ours('c.oid', 'pg_class', 'nspname')}
    order by nspname, relname`)
  return z.array(z.object({ schema: z.string(), name: z.string() })).parse(found.rows)
}

/** @throws when a row-level policy hides rows from us: a smaller number would pass for the truth. */
export async function countRows(client: Client): Promise<TableRows[]> {
  await client.query('set row_security = off')
  const counted: TableRows[] = []
  for (const { schema, name } of await listTables(client)) {
    const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
    const found = await client.query<{ rows: unknown }>(`select count(*) as rows from only ${table}`)
    counted.push({ schema, name, rows: Number(found.rows[0]?.rows) })
  }
  return counted
}

/** Without invalid indexes (a dump leaves them out) and NOT NULLs (constraints only from 18 on). */
async function countObjects(client: Client): Promise<Record<string, number>> {
  const found = await client.query<{ kind: string; count: number }>(`
    select kind, count(*)::int as count from (
      select case relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view'
          when 'm' then 'materialized view' when 'S' then 'sequence' when 'i' then 'index' when 'I' then 'index' end as kind
        from pg_class c join pg_namespace n on n.oid = relnamespace left join pg_index i on i.indexrelid = c.oid
        where relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I') and coalesce(indisvalid, true)
          and ${ours('c.oid', 'pg_class', 'nspname')}
      union all select 'constraint' from pg_constraint c join pg_namespace n on n.oid = connamespace
        where contype <> 'n' and ${ours('c.oid', 'pg_constraint', 'nspname')}
      union all select 'trigger' from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
        where not tgisinternal and ${ours('c.oid', 'pg_class', 'nspname')}
      union all select 'function' from pg_proc p join pg_namespace n on n.oid = pronamespace
        where ${ours('p.oid', 'pg_proc', 'nspname')}
    ) objects group by kind order by kind`)
  return Object.fromEntries(found.rows.map(({ kind, count }) => [kind, count]))
}

async function unvalidatedConstraints(client: Client): Promise<string[]> {
  return await texts(
    client,
    `select format('%s.%s.%s', nspname, relname, conname) from pg_constraint c
     join pg_class r on r.oid = conrelid join pg_namespace n on n.oid = r.relnamespace
     where not convalidated order by 1`,
  )
}

export async function invalidIndexes(client: Client): Promise<string[]> {
  return await texts(
    client,
    'select indexrelid::regclass::text from pg_index where not indisvalid order by 1',
  )
}

async function alembicVersion(client: Client): Promise<string | null> {
  const table = await texts(
    client,
    "select c::text from to_regclass('public.alembic_version') c where c is not null",
  )
  if (table.length === 0) return null
  return (await texts(client, 'select version_num::text from public.alembic_version')).join(', ') || null
}

const rolesInUse = `
  select distinct rolname::text from pg_shdepend join pg_roles on pg_roles.oid = refobjid
  where refclassid = 'pg_authid'::regclass
    and (dbid = (select oid from pg_database where datname = current_database())
      or (classid = 'pg_database'::regclass and objid = (select oid from pg_database where datname = current_database())))
  union select pg_get_userbyid(datdba) from pg_database where datname = current_database()
  order by 1`

async function texts(client: Client, query: string): Promise<string[]> {
  const found = await client.query<string[]>({ text: query, rowMode: 'array' })
  return found.rows.flatMap(([text]) => (text === undefined ? [] : [text]))
}
