import { z } from 'zod'
import type { Tokens } from './vendor-access.ts'
import { exchange } from './vendor-exchange.ts'
import {
  failureOf,
  failureWithoutAnswer,
  type Complaint,
  type Vendor,
  type VendorResult,
} from './vendor-failures.ts'

type TokenRequest = {
  vendor: Vendor
  url: URL
  headers?: Record<string, string>
  form: Record<string, string>
  deadlineMs: number
  complaint: (body: unknown) => Complaint | undefined
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
})

/**
 * One request for tokens, never repeated here. A refusal (4xx) means that the account must be connected again;
 * anything else may be tried later with the same refresh token.
 */
export async function requestTokens(request: TokenRequest): Promise<VendorResult<Tokens>> {
  const { vendor, url, form, deadlineMs } = request
  const askedAt = Date.now()
  const headers = {
    ...request.headers,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  }
  const body = new URLSearchParams(form).toString()
  const exchanged = await exchange({ method: 'POST', url, headers, body, deadlineMs })
  if (exchanged.kind === 'no-answer')
    return { ok: false, failure: failureWithoutAnswer({ vendor, repeatable: true, ...exchanged }) }
  const { status } = exchanged
  const parsed = TokenAnswer.safeParse(exchanged.body)
  if (status === 200 && parsed.success) {
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = parsed.data
    return { ok: true, value: { accessToken, refreshToken, expiresAt: new Date(askedAt + seconds * 1000) } }
  }
  const said = request.complaint(exchanged.body)
  // The message is left out: a vendor may repeat the form in it, and the form is nothing but secrets.
  const complaint = { code: said?.code ?? `http-${status}`, message: 'the token was refused', fields: [] }
  const refused = status >= 400 && status < 500 && status !== 408 && status !== 429
  return {
    ok: false,
    failure: failureOf({
      vendor,
      status,
      repeatable: true,
      complaint: { ...complaint, credentials: refused },
    }),
  }
}
