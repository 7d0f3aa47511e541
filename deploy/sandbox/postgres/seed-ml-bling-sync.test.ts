import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from 'pg'
import { seedMlBlingSync } from './seed-ml-bling-sync.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
let client: Client
beforeAll(async () => {
  database = await testDatabase(seedMlBlingSync)
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

async function value(sql: string): Promise<unknown> {
  return Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]
}

test('it holds a shop of some months: products, stock, customers, orders', async () => {
  expect(await value('select count(*)::int from products')).toBe(4000)
  expect(await value('select count(*)::int from stock')).toBe(8000)
  expect(await value('select count(*)::int from customers')).toBe(3000)
  expect(await value('select count(*)::int from orders')).toBe(12000)
  expect(await value('select count(*)::int from order_items')).toBe(24000)
  expect(await value('select name from products where id = 9')).toBe('Caneca Pão de Açúcar azul')
})

test('orders add up and hold only products of their own seller', async () => {
  const wrongTotals = `select count(*)::int from orders o where total <>
    (select sum(quantity * unit_price) from order_items where order_id = o.id)`
  expect(await value(wrongTotals)).toBe(0)
  const strangers = `select count(*)::int from order_items i join orders o on o.id = i.order_id
    join products p on p.id = i.product_id where p.seller_id <> o.seller_id`
  expect(await value(strangers)).toBe(0)
})

test('new rows get ids after the seeded ones', async () => {
  const insert = `insert into customers (name, email, city, state, created_at)
    values ('Nova', 'nova@example.com', 'Natal', 'RN', now()) returning id::int`
  expect(await value(insert)).toBe(3001)
})

test('a second seed changes nothing', async () => {
  await client.query('delete from order_items where order_id = 1')
  await seedMlBlingSync(database.url)
  expect(await value('select count(*)::int from order_items where order_id = 1')).toBe(0)
})
