/** The name of something secret, at the end of a longer name or alone: `password`, `client_secret`, `--api-key`. */
const secretName =
  '(?:pass(?:word|wd|phrase|code)|passwd|pwd|senha|secret|token|credentials?|' +
  '(?:api|access|account|auth|encryption|private|routing|secret|session|shared|signing)[_-]?(?:access[_-]?)?key)'

/** What may follow it in the same name: `TOKEN_2`, `ROUTING_KEY_L1`, `secret_value`. */
const restOfName = '(?:[_-][A-Za-z0-9]{1,20}){0,2}'

/** Quotes may be escaped, as in JSON within JSON. */
const quote = `\\\\{0,3}["']`

/** Up to the end of the quotes, or else up to a space or what separates fields; a removed value stays one. */
const value =
  '(?:(?<=\\\\")(?:\\[redacted\\]|[^"\\\\\\r\\n]+)' +
  '|(?<=")(?:\\[redacted\\]|(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])+)' +
  "|(?<=')(?:\\[redacted\\]|(?:[^'\\\\\\r\\n]|\\\\[^\\r\\n])+)" +
  `|(?:\\[redacted\\]|[^\\s"'\\\\&;]+))`

/** Begins a private key in PEM form (RFC 7468) or of OpenPGP (RFC 9580); its body may span lines. */
export const privateKeyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g

/**
 * What is taken for a secret by its looks. Group `secret`, which must end the match, is what is removed; without
 * it, everything. Each is written so that a failed attempt costs a bounded number of steps: nothing unbounded is
 * followed by something that can fail, except at the beginning of a word, where there is one attempt per word.
 */
export const secretShapes: readonly RegExp[] = [
  // Slack: docs.slack.dev, "Token types"; webhook addresses let anybody post.
  /\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}/g,
  /\bxox[a-z]\.xox[a-z]-[A-Za-z0-9-]{8,}/g,
  /\bhooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9/_-]{8,})/g,
  // GitHub: github.blog, "Behind GitHub's new authentication token formats".
  /\b(?:gh[oprsu]|github_pat)_[A-Za-z0-9_]{16,}/g,
  // AWS: docs.aws.amazon.com/IAM, "IAM identifiers", unique id prefixes of keys.
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/g,
  // Google: API keys, OAuth access tokens and client secrets.
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bya29\.[A-Za-z0-9_.-]{16,}/g,
  /\bGOCSPX-[A-Za-z0-9_-]{16,}/g,
  // PagerDuty: keys of the REST API made by a user begin with u+.
  /(?<![\w+-])u\+[A-Za-z0-9_-]{18}/g,
  // Mercado Livre: access and refresh tokens as developers.mercadolivre.com.br shows them.
  /\bAPP_USR-[A-Za-z0-9-]{16,}/g,
  /\bTG-[a-f0-9]{16,}(?:-\d{1,20})?/g,
  // JSON Web Tokens, RFC 7519, with or without a signature.
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  // HTTP credentials, RFC 9110 section 11: to the end of the quotes, or of the line.
  /\b(?:authorization|cookie)\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?(?<secret>\[redacted\]|digest [^\r\n]+|[^"'\\\r\n]+)/gi,
  /\bbearer\s{1,4}(?<secret>[A-Za-z0-9._~+/=-]{16,})/gi,
  // The password in an address, RFC 3986 section 3.2.1, up to the last @ of its first part.
  /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s:@/?#"']{0,256}:(?<secret>[^\s/?#"'<>]{1,512})(?=@)/g,
  // A name and its value: env files, JSON, YAML, query strings, connection strings, command line flags.
  new RegExp(
    `${secretName}${restOfName}(?:${quote})?\\s{0,4}(?:=>|[:=])\\s{0,4}(?:${quote})?(?<secret>${value})`,
    'gi',
  ),
  new RegExp(`(?<![\\w-])--?[a-z-]{0,30}${secretName}\\s{1,4}(?:${quote})?(?<secret>${value})`, 'gi'),
]
