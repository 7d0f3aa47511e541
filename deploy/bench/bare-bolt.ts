// The floor of `npm run bench acknowledge`: a Bolt app whose only command answers at once and does nothing.
import bolt from '@slack/bolt'

const app = new bolt.App({
  signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '',
  authorize: async () => ({
    botToken: process.env['SLACK_BOT_TOKEN'] ?? '',
    botId: 'B0PLANTAO',
    botUserId: 'U0PLANTAO',
  }),
  logLevel: bolt.LogLevel.ERROR,
})
app.command('/deploy', async ({ ack }) => await ack())
await app.start(Number(process.env['BOT_PORT']))
