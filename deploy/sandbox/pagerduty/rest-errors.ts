/** The REST API's errors: developer.pagerduty.com, "Errors". */
export const restError = (status: number, code: number, message: string, errors?: string[]): Response =>
  Response.json({ error: { code, message, ...(errors ? { errors } : {}) } }, { status })

export const invalidInput = (...errors: string[]): Response =>
  restError(400, 2001, 'Invalid Input Provided', errors)
export const alreadyResolved = (): Response => restError(400, 1001, 'Incident Already Resolved')
export const alreadyAcknowledged = (): Response => restError(400, 1002, 'Incident Already Acknowledged')
export const cannotEscalate = (): Response => restError(400, 1006, 'Incident Cannot Be Escalated')
export const notFound = (): Response => restError(404, 2100, 'Not Found')
export const unauthorized = (): Response =>
  Response.json({ error: { code: 2006, message: 'Unauthorized' } }, { status: 401 })
export const rateLimited = (): Response => restError(429, 2020, 'Rate Limit Exceeded')
