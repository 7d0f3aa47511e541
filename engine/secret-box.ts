import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { StepFailure } from './failures.ts'

/** Encrypts what is stored in the database but must not be readable there: the tokens of connected vendors. */
export interface SecretBox {
  /** `purpose` names what it is, such as `bling`: it opens only for the same purpose. */
  seal(text: string, purpose: string): Buffer
  /** Throws StepFailure `secret-unreadable` when the key is another one, or the bytes were changed. */
  open(sealed: Buffer, purpose: string): string
}

/** SECRETS_KEY is not a key; the message says how to make one. */
export class SecretsKeyInvalid extends Error {
  constructor(found: string) {
    super(
      `SECRETS_KEY ${found}: it has to be 32 random bytes in base64. Make one with: openssl rand -base64 32`,
    )
    this.name = 'SecretsKeyInvalid'
  }
}

/** AES-256-GCM as NIST SP 800-38D recommends it: 96-bit random nonce, 128-bit tag. */
const cipher = 'aes-256-gcm'
const version = 1
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + nonceBytes + tagBytes

/** Throws SecretsKeyInvalid unless `secretsKey` is 32 bytes in base64. */
export function secretBox(secretsKey: string): SecretBox {
  // A key of its own for this use (RFC 5869), so that SECRETS_KEY may serve others one day.
  const key = Buffer.from(hkdfSync('sha256', decodeKey(secretsKey), '', 'plantao stored secrets 1', keyBytes))
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceBytes)
      const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
      sealing.setAAD(Buffer.from(purpose))
      const body = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()])
      return Buffer.concat([Buffer.of(version), nonce, sealing.getAuthTag(), body])
    },
    open(sealed, purpose) {
      if (sealed.length < headBytes || sealed[0] !== version) throw unreadable(purpose)
      try {
        const nonce = sealed.subarray(1, 1 + nonceBytes)
        const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
        opening.setAAD(Buffer.from(purpose))
        opening.setAuthTag(sealed.subarray(1 + nonceBytes, headBytes))
        return Buffer.concat([opening.update(sealed.subarray(headBytes)), opening.final()]).toString('utf8')
      } catch {
        throw unreadable(purpose)
      }
    },
  }
}

function decodeKey(secretsKey: string): Buffer {
  const text = secretsKey.trim()
  if (text === '') throw new SecretsKeyInvalid('is empty')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) throw new SecretsKeyInvalid('is not base64')
  const key = Buffer.from(text, 'base64')
  if (key.length !== keyBytes) throw new SecretsKeyInvalid(`holds ${key.length} bytes`)
  return key
}

const unreadable = (purpose: string): StepFailure =>
  new StepFailure(
    'secret-unreadable',
    { purpose },
    `What is stored for ${purpose} cannot be read with this SECRETS_KEY. ` +
      `Set the key it was stored with, or connect ${purpose} again.`,
  )
