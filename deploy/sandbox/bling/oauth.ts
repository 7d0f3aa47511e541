import { randomBytes } from 'node:crypto'
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import type { Grants, IssuedTokens } from '../vendor/grants.ts'
import { blingError } from './errors.ts'

/** POST /oauth/token: form-encoded, the app in a Basic header and nowhere else. */
export function tokenRoute(app: { clientId: string; clientSecret: string; grants: Grants }): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  const basic = `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`
  routes.post('/oauth/token', async (c) => {
    if (c.req.header('authorization') !== basic)
      return refused('invalid_client', 'Client credentials are invalid')
    if (!c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded'))
      return refused('invalid_request', 'The body must be form-encoded')
    const form = new URLSearchParams(await c.req.text())
    switch (form.get('grant_type')) {
      case 'refresh_token':
        return answer(c, app.grants.refresh(form.get('refresh_token') ?? ''))
      case 'authorization_code':
        return redeem(c, app.grants, form.get('code') ?? '')
      default:
        return refused('unsupported_grant_type', 'Grant type not supported')
    }
  })
  return routes
}

/** Every other call wants a token that is alive. */
export function bearer(grants: Grants): MiddlewareHandler<VendorEnv> {
  return async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (token !== undefined && grants.accepts(token)) return await next()
    return blingError(401, {
      type: 'invalid_token',
      message: 'Unauthorized',
      description: 'The access token provided is invalid',
    })
  }
}

/** 1,500 to 3,000 characters, as Bling announces its own: too long for a short column. */
export function longToken(): string {
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url')
  return `${Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url')}.${part(900)}.${part(256)}`
}

function redeem(c: Context<VendorEnv>, grants: Grants, code: string): Response {
  const redeemed = grants.redeem(code)
  // Bling takes the second use of a code that still lives for theft, and revokes the user.
  if (redeemed === 'used') grants.revoke()
  return answer(c, typeof redeemed === 'string' ? null : redeemed)
}

function answer(c: Context, tokens: IssuedTokens | null): Response {
  if (tokens === null) return refused('invalid_grant', 'Invalid refresh token or authorization code')
  return c.json({
    access_token: tokens.accessToken,
    expires_in: 21_600,
    token_type: 'Bearer',
    scope: '98309 318257570 5862218180',
    refresh_token: tokens.refreshToken,
  })
}

function refused(type: string, description: string): Response {
  return blingError(type === 'invalid_client' ? 401 : 400, { type, message: type, description })
}
