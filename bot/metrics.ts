import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/**
 * Every metric of the bot, in a registry of its own: this is the one list of them. How to read them:
 *
 * - Slack limits us: `plantao_slack_calls_total{outcome="limited"}` counts 429s by method. With our budgets below
 *   Slack's it stays near 0; more means that another app shares the limit. `outcome="down"`: 5xx, silence, resets.
 * - What is shown is behind: `plantao_slack_messages_waiting{urgent="yes"}` are ends and approval requests that cannot
 *   be shown yet, `urgent="no"` is progress; `plantao_slack_truth_seconds` says how long either waited.
 * - Calls that were saved: `plantao_slack_changes_coalesced_total` by one edit for several changes;
 *   `plantao_slack_progress_dropped_total` of them because the job had ended before its progress could be shown.
 * - Posts that were not repeated: `plantao_slack_messages_adopted_total`, after an answer of Slack was lost or a bot died.
 * - Slack refuses us: `plantao_slack_refusals_total` by Slack's error code; any is worth a look (`npm run check-slack`).
 *   `plantao_slack_unreachable_total` of them: what a person was not told, because Slack takes nothing of us for them.
 * - Socket Mode: `plantao_slack_socket_connections` is 2; `plantao_slack_deaf_seconds_total` stays 0.
 * - People: `plantao_bot_answer_seconds` must stay below Slack's 3 s; `plantao_bot_answers_total{outcome="late"}`
 *   counts those who were told to wait.
 * - Exactly one bot has `plantao_bot_projecting` 1.
 */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    registry,

    answers: new Counter({
      name: 'plantao_bot_answers_total',
      help: 'Commands, buttons and forms answered; late: the engine had not answered when Slack had to be',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
    answerSeconds: new Histogram({
      name: 'plantao_bot_answer_seconds',
      help: 'From taking a command, button or form to its acknowledgement; Slack allows 3 s',
      labelNames: ['kind'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
      registers,
    }),

    slackCalls: new Counter({
      name: 'plantao_slack_calls_total',
      help: 'Calls to Slack: done, limited (429), down (5xx, silence, reset), refused',
      labelNames: ['method', 'outcome'] as const,
      registers,
    }),
    slackRefusals: new Counter({
      name: 'plantao_slack_refusals_total',
      help: 'Messages that Slack does not take, by its error code',
      labelNames: ['code'] as const,
      registers,
    }),
    unreachable: new Counter({
      name: 'plantao_slack_unreachable_total',
      help: 'Changes not shown to a person whom Slack lets nobody write to; not tried again before the next change',
      labelNames: ['code'] as const,
      registers,
    }),
    firstShown: new Counter({
      name: 'plantao_slack_first_shown_total',
      help: 'Subjects shown somewhere for the first time: cards, requests to approvers, notices, log files, Homes',
      labelNames: ['kind', 'surface'] as const,
      registers,
    }),
    messagesWaiting: new Gauge({
      name: 'plantao_slack_messages_waiting',
      help: 'Messages in Slack that are not what they should be',
      labelNames: ['urgent'] as const,
      registers,
    }),
    changesCoalesced: new Counter({
      name: 'plantao_slack_changes_coalesced_total',
      help: 'Changes that needed no edit of their own, because a newer state was shown',
      registers,
    }),
    progressDropped: new Counter({
      name: 'plantao_slack_progress_dropped_total',
      help: 'Progress that was never shown because what it led to, an end or a decision, came first',
      registers,
    }),
    messagesAdopted: new Counter({
      name: 'plantao_slack_messages_adopted_total',
      help: 'Posts whose outcome was unknown and that were found in the channel, instead of posted twice',
      registers,
    }),
    truthSeconds: new Histogram({
      name: 'plantao_slack_truth_seconds',
      help: 'From hearing of a change to a message that shows it',
      labelNames: ['urgent'] as const,
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    }),

    projecting: new Gauge({
      name: 'plantao_bot_projecting',
      help: '1 in the bot that writes the messages, 0 in those that stand by',
      registers,
    }),
    socketConnections: new Gauge({
      name: 'plantao_slack_socket_connections',
      help: 'Open Socket Mode connections',
      registers,
    }),
    deafSeconds: new Counter({
      name: 'plantao_slack_deaf_seconds_total',
      help: 'Time without any Socket Mode connection since the first one',
      registers,
    }),
  }
}
