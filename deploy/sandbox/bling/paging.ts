import type { Context } from 'hono'

/**
 * One page of a list. `pagina` counts from 1; more than 100 rows are never given, whatever `limite` asks, and
 * nothing says how many there are: the caller reads until a page is short.
 */
export function page<T>(c: Context, rows: readonly T[]): T[] {
  const size = Math.min(positive(c.req.query('limite'), 100), 100)
  const number = positive(c.req.query('pagina'), 1)
  return rows.slice((number - 1) * size, number * size)
}

export function queryList(c: Context, name: string): string[] {
  return c.req.queries(`${name}[]`) ?? []
}

function positive(text: string | undefined, otherwise: number): number {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : otherwise
}
