import type { Panel } from './console/console.ts'
import type { Watchdog } from './watchdog.ts'

/** The dead-man's switch: what tells of everything else stops telling. */
export function watchdogPanel(watchdog: Watchdog): Panel {
  return {
    id: 'watchdog',
    title: { 'pt-BR': 'Watchdog do Alertmanager', en: "Alertmanager's Watchdog" },
    description: {
      'pt-BR':
        'O alerta que dispara sempre: prova de que alertas chegam. Comece, emudeça e avance o relógio 15 min: o silêncio vira incidente.',
      en: 'The alert that always fires: proof that alerts arrive. Begin, let it fall silent, and let 15 min pass: silence becomes an incident.',
    },
    buttons: [
      {
        id: 'begin',
        label: { 'pt-BR': 'Começar', en: 'Begin' },
        run: async () => {
          await watchdog.begin()
          return {
            'pt-BR': 'O Watchdog chega a cada minuto.',
            en: 'Watchdog arrives every minute.',
          }
        },
      },
      {
        id: 'silence',
        label: { 'pt-BR': 'Emudecer', en: 'Fall silent' },
        run: async () => {
          watchdog.fallSilent()
          return { 'pt-BR': 'O Watchdog não chega mais.', en: 'Watchdog arrives no more.' }
        },
      },
    ],
  }
}
