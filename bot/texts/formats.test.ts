import { expect, test } from 'vitest'
import { anyOf, bytes, dayAndTime, duration, list, number } from './formats.ts'

test.each([
  [0, '0 s'],
  [9_400, '9 s'],
  [72_000, '1 min 12 s'],
  [120_000, '2 min'],
  [7_500_000, '2 h 5 min'],
  [-5, '0 s'],
])('%i ms took %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})

test('numbers, sizes and lists are written as the language does', () => {
  expect(number(48_210, 'pt-BR')).toBe('48.210')
  expect(bytes(12_400_000, 'pt-BR')).toBe('12,4 MB')
  expect(bytes(12_400_000, 'en')).toBe('12.4 MB')
  expect(bytes(0, 'en')).toBe('0 B')
  expect(list(['a', 'b', 'c'], 'pt-BR')).toBe('a, b e c')
  expect(anyOf(['a', 'b'], 'en')).toBe('a or b')
  expect(dayAndTime(new Date('2026-11-23T17:05:00Z'), 'pt-BR', 'America/Sao_Paulo')).toBe('23/11/2026, 14:05')
})
