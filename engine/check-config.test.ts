import { execa } from 'execa'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const checkConfig = async (...args: string[]) =>
  await execa('tsx', ['engine/check-config.ts', ...args], { reject: false, preferLocal: true })

test('a good file is summed up', async () => {
  const { exitCode, stdout, stderr } = await checkConfig('deploy/plantao.yaml')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stdout).toContain('OK: deploy/plantao.yaml')
  expect(stdout).toContain('environments: development, staging, production')
  expect(stdout).toContain('approver: João Silva, group S0APPROVERS')
  expect(stdout).toMatch(/maintenance: (next|now, since) Monday, .* at 2:00/)
})

test('a bad file is refused with every problem', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  const file = join(folder, 'plantao.yaml')
  const text = await readFile('deploy/plantao.yaml', 'utf8')
  await writeFile(
    file,
    text.replace('locale: pt-BR', 'locale: fr').replace('rtoMinutes: 240', 'rtoMinutes: soon'),
  )
  const { exitCode, stdout, stderr } = await checkConfig(file)
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain(
    [
      `${file} is not a valid runbook file:`,
      '  - locale is "fr": expected one of "pt-BR"|"en"',
      '  - recovery.rtoMinutes is "soon": expected number, received string',
    ].join('\n'),
  )
})

test('no file is refused with how to call it', async () => {
  const { exitCode, stderr } = await checkConfig()
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Usage: npm run check-config FILE')
})
