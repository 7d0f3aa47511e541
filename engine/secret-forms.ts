/** A shorter "secret" would take innocent words out of every log. */
const minimumLength = 6
const minimumLineLength = 16

/** Every way in which the declared secrets may turn up in text: as they are, and as programs encode them. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, secret.trim()]).flatMap(formsOf)
  return [...new Set(forms)].filter((form) => form.length >= minimumLength)
}

function formsOf(secret: string): string[] {
  if (secret.length < minimumLength) return []
  const percent = percentEncoded(secret)
  const base64 = base64Cores(secret)
  return [
    secret,
    ...linesOf(secret),
    JSON.stringify(secret).slice(1, -1),
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

/** A key of several lines is logged line by line; what frames it is no secret. */
const linesOf = (secret: string): string[] =>
  secret
    .split(/\r?\n/)
    .filter((line, _, all) => all.length > 1 && line.length >= minimumLineLength && !line.startsWith('-----'))

const percentEncoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString())

/**
 * What every base64 text holds that has the secret somewhere inside it, as `user:secret` of HTTP Basic does:
 * three bytes make four characters, so it depends on where in its triple the secret begins. Characters that also
 * depend on the neighbours are left out.
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const first = Math.ceil((before * 8) / 6)
    const last = Math.floor(((before + bytes.length) * 8) / 6)
    return encoded.slice(first, last)
  })
}
