import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** Every metric of the engine, named in one place. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    jobsRequested: new Counter({
      name: 'plantao_jobs_requested_total',
      help: 'Jobs recorded, by kind.',
      labelNames: ['kind'] as const,
      registers,
    }),
    jobs: new Gauge({
      name: 'plantao_jobs',
      help: 'Jobs in the database, by kind and state.',
      labelNames: ['kind', 'state'] as const,
      registers,
    }),
    alerts: new Counter({
      name: 'plantao_alerts_total',
      help: 'Alerts delivered, by source: accepted, refused (could not be read), truncated (left out by the sender).',
      labelNames: ['source', 'outcome'] as const,
      registers,
    }),
    incidents: new Gauge({
      name: 'plantao_incidents',
      help: 'Incidents that are not resolved, by level and state.',
      labelNames: ['level', 'state'] as const,
      registers,
    }),
    timerLagSeconds: new Gauge({
      name: 'plantao_timer_lag_seconds',
      help: 'For how long the longest due escalation has been due.',
      registers,
    }),
    outboxAgeSeconds: new Gauge({
      name: 'plantao_outbox_age_seconds',
      help: 'For how long the oldest page that is to be sent has been waiting.',
      registers,
    }),
    pages: new Gauge({
      name: 'plantao_pages',
      help: 'Events for PagerDuty of the last day, by what they say and what came of them.',
      labelNames: ['action', 'state'] as const,
      registers,
    }),
    pagesSent: new Counter({
      name: 'plantao_pages_sent_total',
      help: 'Calls to PagerDuty, by what was said and what came of it.',
      labelNames: ['action', 'result'] as const,
      registers,
    }),
    pagesConfirmed: new Counter({
      name: 'plantao_pages_confirmed_total',
      help: 'Pages of which PagerDuty said that they rang.',
      registers,
    }),
    pageFallbacks: new Counter({
      name: 'plantao_page_fallbacks_total',
      help: 'Pages that went another way because PagerDuty did not prove that they rang, by reason.',
      labelNames: ['why'] as const,
      registers,
    }),
    pagerWebhooks: new Counter({
      name: 'plantao_pagerduty_webhooks_total',
      help: 'Deliveries of PagerDuty worked on, by result.',
      labelNames: ['result'] as const,
      registers,
    }),
    pagerSubscription: new Gauge({
      name: 'plantao_pagerduty_subscription_healthy',
      help: "Whether PagerDuty's webhook subscription was there and not disabled when it was last looked at.",
      registers,
    }),
    homeViewers: new Gauge({
      name: 'plantao_home_viewers',
      help: 'People whose App Home is kept true now.',
      registers,
    }),
    stepSeconds: new Histogram({
      name: 'plantao_step_seconds',
      help: 'How long steps took.',
      labelNames: ['step', 'outcome'] as const,
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1800],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'plantao_http_request_seconds',
      help: 'How long requests took, by route.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.02, 0.1, 0.5, 2.5],
      registers,
    }),
  }
}
