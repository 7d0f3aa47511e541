import type { Locale } from '../asked.ts'
import { en } from './en.ts'
import { ptBR, type Texts } from './pt-BR.ts'

export type { Texts } from './pt-BR.ts'

const languages: Record<Locale, Texts> = { 'pt-BR': ptBR, en }

export function textsFor(locale: Locale): Texts {
  return languages[locale]
}

/** The label a catalogue has for a name; names it does not know are shown as they are. */
export function labelOf(catalogue: Record<string, string>, name: string): string {
  return (Object.hasOwn(catalogue, name) ? catalogue[name] : undefined) ?? name
}
