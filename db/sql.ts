import type { Pool, PoolClient } from 'pg'
import type { z } from 'zod'

/** Anything that can run a query: the pool, or the client of an open transaction. */
export type Database = Pick<Pool, 'query'> | Pick<PoolClient, 'query'>

export interface Query {
  text: string
  values: unknown[]
  /** Set: each connection has Postgres read the statement once. */
  name?: string
}

/** Tagged template: every `${value}` becomes a parameter, a nested query is spliced in. */
export function sql(parts: TemplateStringsArray, ...inputs: unknown[]): Query {
  const values: unknown[] = []
  let text = parts[0] ?? ''
  inputs.forEach((input, index) => {
    text += isQuery(input) ? splice(input, values) : `$${values.push(input)}`
    text += parts[index + 1] ?? ''
  })
  return { text, values }
}

/**
 * The tag for a statement that a person waits for: each connection has Postgres read it once. Recording a job took
 * 1.9 ms, 1.1 ms prepared. Not for statements whose best plan depends on the values. `name` belongs to one text alone.
 */
export function prepared(name: string): typeof sql {
  return (parts, ...inputs) => ({ ...sql(parts, ...inputs), name })
}

/** All rows, each checked against `schema`: a wrong row is a bug and throws. */
export async function rows<T>(db: Database, schema: z.ZodType<T>, query: Query): Promise<T[]> {
  const { rows: found } = await db.query(query)
  return found.map((row) => schema.parse(row))
}

/** The first row, or null. */
export async function row<T>(db: Database, schema: z.ZodType<T>, query: Query): Promise<T | null> {
  return (await rows(db, schema, query))[0] ?? null
}

/** Runs a statement and tells how many rows it touched. */
export async function execute(db: Database, query: Query): Promise<number> {
  const { rowCount } = await db.query(query)
  return rowCount ?? 0
}

const isQuery = (input: unknown): input is Query =>
  typeof input === 'object' && input !== null && 'text' in input && 'values' in input

function splice(query: Query, values: unknown[]): string {
  const offset = values.length
  values.push(...query.values)
  return query.text.replace(/\$(\d+)/g, (_, number: string) => `$${offset + Number(number)}`)
}
