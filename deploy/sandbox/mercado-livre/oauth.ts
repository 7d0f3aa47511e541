import { randomBytes } from 'node:crypto'
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import type { Grants, IssuedTokens } from '../vendor/grants.ts'
import { mercadoLivreError } from './errors.ts'

type App = { clientId: string; clientSecret: string; userId: number; grants: Grants }

/** POST /oauth/token: form-encoded, the app in the body. A refresh token works once, and only the last one. */
export function tokenRoute(app: App): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.post('/oauth/token', async (c) => {
    if (!c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded'))
      return refused('invalid_request', 'the body must be form-encoded')
    const form = new URLSearchParams(await c.req.text())
    if (form.get('client_id') !== app.clientId || form.get('client_secret') !== app.clientSecret)
      return refused('invalid_client', 'invalid client_id or client_secret')
    switch (form.get('grant_type')) {
      case 'refresh_token':
        return answer(c, app, app.grants.refresh(form.get('refresh_token') ?? ''))
      case 'authorization_code': {
        const redeemed = app.grants.redeem(form.get('code') ?? '')
        return answer(c, app, typeof redeemed === 'string' ? null : redeemed)
      }
      default:
        return refused('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token')
    }
  })
  return routes
}

/** The token goes into the header; in the query it counts for nothing. */
export function bearer(grants: Grants): MiddlewareHandler<VendorEnv> {
  return async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (token !== undefined && grants.accepts(token)) return await next()
    return mercadoLivreError(401, { message: 'invalid access token', error: 'unauthorized' })
  }
}

export function appToken(userId: number): string {
  return `APP_USR-5555737222442288-${randomBytes(16).toString('hex')}-${userId}`
}

function answer(c: Context, app: App, tokens: IssuedTokens | null): Response {
  if (tokens === null)
    return refused(
      'invalid_grant',
      'Error validating grant. Your authorization code or refresh token may be expired or it was already used',
    )
  return c.json({
    access_token: tokens.accessToken,
    token_type: 'bearer',
    expires_in: 21_600,
    scope: 'offline_access read write',
    user_id: app.userId,
    refresh_token: tokens.refreshToken,
  })
}

function refused(error: string, description: string): Response {
  return mercadoLivreError(400, { message: description, error, error_description: description })
}
