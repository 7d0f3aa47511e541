import type { Alerting } from './context.ts'
import { hear, heartbeatOf } from './heartbeats.ts'
import { toIncoming, type Incoming } from './incoming.ts'
import type { TakeIn } from './intake-queue.ts'
import type { IntakeDeps } from './intake.ts'
import type { Delivery } from './sources/delivery.ts'

export interface ReceiveDeps extends IntakeDeps {
  takeIn: TakeIn
  redact(text: string): string
}

/**
 * Does all that a delivery asks for: its heartbeats are heard, its alerts taken in. Of what it lacks (alerts that
 * cannot be read, or that the sender left out for want of room) an incident of level 3 tells: refusing the whole
 * delivery would lose the good ones too, because no sender tries again after a 4xx. Returns the incidents its alerts
 * are in.
 */
export async function receive(deps: ReceiveDeps, delivery: Delivery): Promise<{ incidents: number[] }> {
  const alerts: Incoming[] = []
  for (const alert of delivery.alerts) {
    const watched = heartbeatOf(deps.alerting, alert)
    if (!watched) alerts.push(alert)
    else if (alert.status === 'firing') await hear(deps, watched)
  }
  const taken = await deps.takeIn({ source: delivery.source, alerts })
  if (delivery.refused.length > 0 || delivery.truncated > 0) {
    await deps.takeIn({ source: 'plantao', alerts: lackOf(deps, delivery) })
  }
  return taken
}

/** It begins and is over at once: the incident is seen and closes by itself. */
function lackOf({ alerting, redact }: ReceiveDeps, { source, refused, truncated }: Delivery): Incoming[] {
  const alert = toIncoming(
    'plantao',
    {
      fingerprint: `incomplete/${source}`,
      status: 'firing',
      startsAt: undefined,
      endsAt: undefined,
      title: texts[alerting.locale].title(source),
      description: [
        ...(truncated > 0 ? [texts[alerting.locale].truncated(truncated)] : []),
        ...refused.slice(0, 10).map(({ field, message }) => `${field}: ${message}`),
        ...(refused.length > 10 ? ['…'] : []),
      ].join('\n'),
      labels: { alertname: 'IncompleteDelivery', source, level: '3' },
      link: null,
    },
    redact,
  )
  return [alert, { ...alert, status: 'resolved' }]
}

/** In the language of the runbook file: what an alert says is data, whoever sent it. */
const texts = {
  en: {
    title: (source: string) => `Alerts from ${source} are missing`,
    truncated: (count: number) => `${count} left out by the sender: raise max_alerts.`,
  },
  'pt-BR': {
    title: (source: string) => `Faltam alertas de ${source}`,
    truncated: (count: number) => `${count} omitidos por quem enviou: aumente max_alerts.`,
  },
} satisfies Record<Alerting['locale'], unknown>
