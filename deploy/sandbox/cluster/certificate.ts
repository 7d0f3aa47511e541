import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/**
 * A self-signed certificate for loopback, new at every start: kubectl sends a token over TLS only, and no secret
 * key needs to lie in the repository. Node makes keys and signatures but no certificates, so the few fields of
 * RFC 5280 that one needs are written here in DER.
 */
export function selfSignedCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const name = sequence(
    der(0x31, sequence(objectId(0x55, 0x04, 0x03), der(0x0c, Buffer.from('plantao sandbox cluster')))),
  )
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)])
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, serial),
    ecdsaWithSha256,
    name,
    sequence(time(-1), time(10 * 365)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(authority(), alternativeNames())),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const certificate = sequence(toBeSigned, ecdsaWithSha256, der(0x03, Buffer.concat([zero, signature])))
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}

const zero = Buffer.from([0])
const isTrue = der(0x01, Buffer.from([0xff]))

/** basicConstraints, critical: it is its own authority. */
function authority(): Buffer {
  return sequence(objectId(0x55, 0x1d, 0x13), isTrue, der(0x04, sequence(isTrue)))
}

/** subjectAltName: localhost and 127.0.0.1. */
function alternativeNames(): Buffer {
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  return sequence(objectId(0x55, 0x1d, 0x11), der(0x04, names))
}

function time(daysFromNow: number): Buffer {
  const date = new Date(Date.now() + daysFromNow * 86_400_000)
  return der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))
}

function objectId(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, content: Buffer): Buffer {
  const length = content.length
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
