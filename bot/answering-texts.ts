import type { Locale } from './asked.ts'

/** What is said when the answer itself is in trouble: Slack markup. */
export interface AnsweringTexts {
  stillTrying: string
  /** Said after `stillTrying`, when there is nothing else to say. */
  wentThrough: string
  gaveUp: string
  unexpected(reference: string): string
  formNotOpened: string
  unknownCommand: string
  back: string
  close: string
}

const ptBR: AnsweringTexts = {
  stillTrying:
    '⏳ O Plantão ainda não respondeu. Continuo tentando este mesmo pedido por até 10 minutos e aviso aqui; ele não roda duas vezes. Não precisa enviar de novo.',
  wentThrough: '✅ O Plantão voltou a responder e o seu pedido foi registrado.',
  gaveUp:
    '⚠️ O Plantão não respondeu, e parei de tentar. Não sei se o pedido chegou: antes de enviar de novo, confira com `/ops jobs`.',
  unexpected: (reference) =>
    `⚠️ Algo deu errado aqui no Plantão. Se repetir, avise quem cuida dele e informe o código *${reference}*.`,
  formNotOpened: 'O formulário não abriu a tempo. Tente de novo.',
  unknownCommand: 'Este Plantão não conhece esse comando. `/ops ajuda` mostra os que existem.',
  back: 'Voltar',
  close: 'Fechar',
}

const en: AnsweringTexts = {
  stillTrying:
    '⏳ Plantão has not answered yet. I keep trying this same request for up to 10 minutes and will tell you here; it cannot run twice. There is no need to send it again.',
  wentThrough: '✅ Plantão answers again, and your request is recorded.',
  gaveUp:
    '⚠️ Plantão did not answer, and I have stopped trying. I do not know whether the request got through: before sending it again, check with `/ops jobs`.',
  unexpected: (reference) =>
    `⚠️ Something went wrong inside Plantão. If it happens again, tell whoever looks after it the code *${reference}*.`,
  formNotOpened: 'The form did not open in time. Try again.',
  unknownCommand: 'This Plantão does not know that command. `/ops help` shows the ones there are.',
  back: 'Back',
  close: 'Close',
}

const languages: Record<Locale, AnsweringTexts> = { 'pt-BR': ptBR, en }

export function answeringTexts(locale: Locale): AnsweringTexts {
  return languages[locale]
}
