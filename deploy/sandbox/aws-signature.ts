// Signature Version 4 as S3 checks it (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type AccessKey = { accessKeyId: string; secretAccessKey: string }

const maximumClockSkewMilliseconds = 15 * 60_000

/** Null when the request is signed with this key; else the error code S3 answers with. */
export function signatureProblem(request: IncomingMessage, key: AccessKey): string | null {
  const given = parseAuthorization(request.headers.authorization ?? '')
  if (given === null) return 'AccessDenied'
  if (given.accessKeyId !== key.accessKeyId) return 'InvalidAccessKeyId'
  const time = String(request.headers['x-amz-date'])
  const skew = Math.abs(
    Date.now() - Date.parse(time.replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z')),
  )
  if (!(skew < maximumClockSkewMilliseconds)) return 'RequestTimeTooSkewed'

  const canonical = sha256(canonicalRequest(request, given.signedHeaders))
  const toSign = ['AWS4-HMAC-SHA256', time, given.scope.join('/'), canonical].join('\n')
  const signingKey = given.scope.reduce<string | Buffer>(hmac, `AWS4${key.secretAccessKey}`)
  return hmac(signingKey, toSign).toString('hex') === given.signature ? null : 'SignatureDoesNotMatch'
}

function parseAuthorization(header: string) {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, accessKeyId, scope, signedHeaders, signature] = pattern.exec(header) ?? []
  if (!accessKeyId || !scope || !signedHeaders || !signature) return null
  return { accessKeyId, scope: scope.split('/'), signedHeaders: signedHeaders.split(';'), signature }
}

function canonicalRequest(request: IncomingMessage, signedHeaders: string[]): string {
  const [path = '/', query = ''] = (request.url ?? '/').split('?')
  const parameters = query.split('&').filter(Boolean)
  const headers = signedHeaders.map((name) => {
    const value = String(request.headers[name] ?? '')
    return `${name}:${value.trim().replace(/ +/g, ' ')}\n`
  })
  return [
    request.method,
    path,
    parameters
      .map((parameter) => (parameter.includes('=') ? parameter : `${parameter}=`))
      .toSorted()
      .join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    request.headers['x-amz-content-sha256'],
  ].join('\n')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
