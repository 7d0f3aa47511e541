// What belongs to a database and not to its content: no dump and no copy carries it over.
import { escapeIdentifier, escapeLiteral, type Client } from 'pg'
import { z } from 'zod'
import { readProperties, type DatabaseProperties } from './database-facts.ts'

type Settings = Pick<DatabaseProperties, 'settings' | 'connectionLimit'>

/** Gives one database the owner, settings, limit and grants of another. May be repeated. */
export async function carryOver(client: Client, { from, to }: { from: string; to: string }): Promise<void> {
  const properties = await readProperties(client, from)
  await client.query(`alter database ${escapeIdentifier(to)} owner to ${escapeIdentifier(properties.owner)}`)
  await client.query(`alter database ${escapeIdentifier(to)} reset all`)
  await applySettings(client, to, properties)
  await carryOverGrants(client, { from, to })
}

/** ALTER DATABASE … SET and CONNECTION LIMIT. Settings of roles that do not exist here are left out. */
export async function applySettings(client: Client, database: string, wanted: Settings): Promise<void> {
  const name = escapeIdentifier(database)
  await client.query(`alter database ${name} connection limit ${wanted.connectionLimit}`)
  for (const setting of wanted.settings) {
    if (setting.role !== null && !(await roleExists(client, setting.role))) continue
    const target =
      setting.role === null
        ? `database ${name}`
        : `role ${escapeIdentifier(setting.role)} in database ${name}`
    await applySetting(client, target, setting)
  }
}

/** Lists in these are quoted already, and would be quoted once more: see variable_is_guc_list_quote in pg_dump. */
const listSettings =
  /^(search_path|temp_tablespaces|(local|session|shared)_preload_libraries|unix_socket_directories)$/

async function applySetting(
  client: Client,
  target: string,
  { name, value }: { name: string; value: string },
): Promise<void> {
  const quoted = name.split('.').map(escapeIdentifier).join('.')
  if (!listSettings.test(name)) {
    await client.query(`alter ${target} set ${quoted} to ${escapeLiteral(value)}`)
    return
  }
  await client.query('begin')
  await client.query('select set_config($1, $2, true)', [name, value])
  await client.query(`alter ${target} set ${quoted} from current`)
  await client.query('commit')
}

const Grants = z.array(
  z.object({ grantee: z.string().nullable(), privilege: z.string(), grantable: z.boolean() }),
)

async function carryOverGrants(client: Client, { from, to }: { from: string; to: string }): Promise<void> {
  const wanted = await readGrants(client, from)
  const database = escapeIdentifier(to)
  const roleOf = (grantee: string | null) => (grantee === null ? 'public' : escapeIdentifier(grantee))
  for (const grantee of new Set((await readGrants(client, to)).map((grant) => grant.grantee))) {
    await client.query(`revoke all on database ${database} from ${roleOf(grantee)}`)
  }
  for (const { grantee, privilege, grantable } of wanted) {
    const option = grantable ? ' with grant option' : ''
    await client.query(`grant ${privilege} on database ${database} to ${roleOf(grantee)}${option}`)
  }
}

/** Grantee null is PUBLIC; a database nobody granted anything on has the defaults. */
async function readGrants(client: Client, database: string): Promise<z.infer<typeof Grants>> {
  const found = await client.query(
    `select case when grantee <> 0 then pg_get_userbyid(grantee)::text end as grantee,
       privilege_type as privilege, is_grantable as grantable
     from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) where datname = $1`,
    [database],
  )
  return Grants.parse(found.rows)
}

async function roleExists(client: Client, role: string): Promise<boolean> {
  return (await client.query('select from pg_roles where rolname = $1', [role])).rowCount !== 0
}
