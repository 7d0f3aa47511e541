/** Where and how PagerDuty is reached. Secrets come from the environment. */
export interface PagerDutySettings {
  /** The Events API's base address, or its /v2/enqueue. */
  eventsUrl: string
  apiUrl: string
  /** For every level of the matrix that has no key of its own. */
  routingKey: string | null
  /** By level of the matrix. */
  routingKeys: Readonly<Record<number, string>>
  /** A second integration, on another account or service region: used when the first does not prove that it rang. */
  fallback: { eventsUrl: string; routingKey: string } | null
  apiToken: string | null
  /** Any of these may have signed: several while one is being replaced. */
  webhookSecrets: readonly string[]
  /** The subscription whose health is looked after; null: the one with this engine's address in it. */
  webhookSubscription: string | null
}

/** The integration key for a level of the matrix; null: none is set. */
export const routingKeyOf = (
  settings: Pick<PagerDutySettings, 'routingKey' | 'routingKeys'>,
  level: number,
): string | null => settings.routingKeys[level] ?? settings.routingKey

/** Whether it can be known that PagerDuty rang: it says so itself, or it can be asked. */
export const canConfirm = (settings: Pick<PagerDutySettings, 'apiToken' | 'webhookSecrets'>): boolean =>
  settings.apiToken !== null || settings.webhookSecrets.length > 0
