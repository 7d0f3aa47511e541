import { describe, expect, test } from 'vitest'
import { redactor } from './redact.ts'

const redact = redactor([])
const key = (body: string): string =>
  `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`

describe('what looks like a secret is removed', () => {
  test.each([
    ['Slack bot token', 'with xoxb-123456789012-abcdefghijkl now', 'with [redacted] now'],
    ['Slack app token', 'xapp-1-A012ABC-123456-abcdef', '[redacted]'],
    ['Slack rotating token', 'xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA', '[redacted]'],
    [
      'Slack webhook',
      'https://hooks.slack.com/services/T0/B0/abcdefgh',
      'https://hooks.slack.com/services/[redacted]',
    ],
    ['GitHub token', 'ghp_0123456789abcdefghijklmnopqrstuvwxyz', '[redacted]'],
    ['GitHub fine-grained token', 'github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz', '[redacted]'],
    ['AWS key id', 'AKIAIOSFODNN7EXAMPLE', '[redacted]'],
    ['AWS secret', 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPx', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
    ['Google key', 'AIzaSyA-0123456789abcdefghijklmnopqrstu', '[redacted]'],
    ['Google access token', 'ya29.a0AfB_0123456789abcdef', '[redacted]'],
    ['PagerDuty key', 'u+AbCdEfGhIjKlMnOpQr', '[redacted]'],
    ['PagerDuty routing key', '"routing_key":"0123456789abcdef"', '"routing_key":"[redacted]"'],
    ['Mercado Livre access token', 'APP_USR-1234567890123456-092612-abcdef-99', '[redacted]'],
    ['Mercado Livre refresh token', 'TG-5b9032b4e23464aed1f959f1-1234567', '[redacted]'],
    ['JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_', '[redacted]'],
    ['Authorization header', 'authorization: Bearer abc', 'authorization: [redacted]'],
    [
      'Authorization on a command line',
      `curl -H "Authorization: Token token=ab c" http://a`,
      `curl -H "Authorization: [redacted]" http://a`,
    ],
    ['Digest', 'Authorization: Digest username="a", response="b"', 'Authorization: [redacted]'],
    ['Cookie header', 'Set-Cookie: session=1; Path=/', 'Set-Cookie: [redacted]'],
    ['bearer token alone', 'sent Bearer 0123456789abcdef ok', 'sent Bearer [redacted] ok'],
    ['address with a password', 'postgres://app:pw@db:5432/x?y=1', 'postgres://app:[redacted]@db:5432/x?y=1'],
    ['password with an @', 'amqp://app:p@w@host', 'amqp://app:[redacted]@host'],
    ['password without a user', 'redis://:pw@host:6379', 'redis://:[redacted]@host:6379'],
    ['variable', 'PGPASSWORD=a,b)c next', 'PGPASSWORD=[redacted] next'],
    ['connection string', 'Server=a;Password=b c;Database=d', 'Server=a;Password=[redacted] c;Database=d'],
    ['query string', '?client_secret=abc&grant_type=x', '?client_secret=[redacted]&grant_type=x'],
    ['JSON', '{"password": "a\\"b c", "x": 1}', '{"password": "[redacted]", "x": 1}'],
    ['JSON in JSON', '{\\"token\\":\\"a b\\",\\"x\\":1}', '{\\"token\\":\\"[redacted]\\",\\"x\\":1}'],
    ['YAML', "  senha: 'a b' # x", "  senha: '[redacted]' # x"],
    ['quotes that never close', 'password = "a b', 'password = "[redacted]'],
    ['flag', 'login --password abc --user d', 'login --password [redacted] --user d'],
    ['private key', `before ${key('MIIE\nabc=')} after`, 'before [redacted] after'],
    ['private key in JSON', `{"key": "${key('MIIE').replaceAll('\n', '\\n')}"}`, '{"key": "[redacted]"}'],
    ['private key that never ends', 'a\n-----BEGIN EC PRIVATE KEY-----\nMIIE\nabc', 'a\n[redacted]'],
    ['two private keys', `${key('a')}\nbetween\n${key('b')}`, '[redacted]\nbetween\n[redacted]'],
    ['every line', 'password=a\ntoken=b\r\nx', 'password=[redacted]\ntoken=[redacted]\r\nx'],
  ])('%s', (_, text, expected) => {
    expect(redact(text)).toBe(expected)
  })
})

describe('what only resembles a secret stays', () => {
  test.each([
    'password authentication failed for user "postgres"',
    'secret "backend" created',
    'the token is expired',
    'secretary: Ana',
    'tokens: 5 of 10',
    'http://backend:8080/path@x',
    'registry.example:5000/ml-bling-sync/backend@sha256:0123456789abcdef0123456789abcdef',
    'weight_per_unit_in_grams',
    'commit 0123456789abcdef0123456789abcdef01234567',
    'deployment/backend 3 of 5 pods ready',
    '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----',
    'password=',
    '',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text)
  })
})
