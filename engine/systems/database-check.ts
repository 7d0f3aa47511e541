// Is the loaded database the one that was backed up? Whatever cannot be checked counts as no.
import { StepFailure } from '../failures.ts'
import type { BackupManifest, TableRows } from './backup-manifest.ts'
import { onDatabase } from './database-connection.ts'
import { countRows, invalidIndexes, readFacts } from './database-facts.ts'

export type CheckReport = {
  tables: number
  rows: number
  indexes: number
  constraints: number
  alembicVersion: string | null
}

class RestoreMismatch extends StepFailure {}

/**
 * Compares tables, exact row counts, kinds of objects, constraints, indexes and the migration with the manifest.
 * @throws RestoreMismatch naming the first difference, what was expected and what was found.
 */
export async function checkDatabase(
  databaseUrl: string,
  manifest: BackupManifest,
  { signal, log }: { signal: AbortSignal; log: (line: string) => void },
): Promise<CheckReport> {
  return await onDatabase(databaseUrl, { signal }, async (client) => {
    const tables = await countRows(client)
    compareTables(manifest, tables)
    log(`${tables.length} tables have the rows that the manifest says`)

    const facts = await readFacts(client)
    for (const [kind, expected] of Object.entries(manifest.objects)) {
      const found = facts.objects[kind] ?? 0
      if (found !== expected)
        throw mismatch(manifest, { what: `number of objects of the kind ${kind}`, expected, found })
    }
    const expected = manifest.alembicVersion ?? 'none'
    const found = facts.alembicVersion ?? 'none'
    if (found !== expected) throw mismatch(manifest, { what: 'migration (alembic_version)', expected, found })

    const invalid = await invalidIndexes(client)
    if (invalid.length > 0) {
      throw mismatch(manifest, { what: 'invalid indexes', expected: 'none', found: invalid.join(', ') })
    }
    const known = new Set(manifest.unvalidatedConstraints)
    const unvalidated = facts.unvalidatedConstraints.filter((constraint) => !known.has(constraint))
    if (unvalidated.length > 0) {
      throw mismatch(manifest, {
        what: 'constraints that are not validated',
        expected: 'none',
        found: unvalidated.join(', '),
      })
    }
    log('Indexes, constraints and the migration are as in the backup')
    return {
      tables: tables.length,
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
      indexes: facts.objects['index'] ?? 0,
      constraints: facts.objects['constraint'] ?? 0,
      alembicVersion: facts.alembicVersion,
    }
  })
}

function compareTables(manifest: BackupManifest, tables: TableRows[]): void {
  const nameOf = ({ schema, name }: TableRows) => `${schema}.${name}`
  const found = new Map(tables.map((table) => [nameOf(table), table.rows]))
  for (const table of manifest.tables) {
    const rows = found.get(nameOf(table))
    if (rows === undefined)
      throw mismatch(manifest, { what: `table ${nameOf(table)}`, expected: 'present', found: 'missing' })
    if (rows !== table.rows) {
      throw mismatch(manifest, {
        what: `number of rows in ${nameOf(table)}`,
        expected: table.rows,
        found: rows,
      })
    }
    found.delete(nameOf(table))
  }
  const [extra] = found.keys()
  if (extra !== undefined)
    throw mismatch(manifest, { what: `table ${extra}`, expected: 'absent', found: 'present' })
}

type Difference = { what: string; expected: string | number; found: string | number }

function mismatch(
  { id, environment }: BackupManifest,
  { what, expected, found }: Difference,
): RestoreMismatch {
  return new RestoreMismatch(
    'restore-mismatch',
    { backup: id, what, expected, found },
    `What was loaded from backup ${id} is not what was backed up: ${what}: expected ${expected}, found ${found}. The live database was not touched; retry, or choose another backup of ${environment}.`,
  )
}
