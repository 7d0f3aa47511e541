export type Cause = {
  department: string
  cause_id: number
  type: string
  code: string
  message: string
  references: string[]
}

/** Mercado Livre's error shape; `cause` is where it says which field it means. */
export function mercadoLivreError(
  status: number,
  error: { message: string; error: string; cause?: Cause[]; error_description?: string },
): Response {
  return Response.json({ cause: [], status, ...error }, { status })
}

export function notFound(what: string): Response {
  return mercadoLivreError(404, { message: `${what} not found`, error: 'not_found' })
}

export function badRequest(message: string): Response {
  return mercadoLivreError(400, { message, error: 'bad_request' })
}

/** A field that cannot be written on this item, or not with this value. */
export function notModifiable(field: 'available_quantity' | 'price' | 'item', why: string): Response {
  const code = field === 'item' ? 'item.status.not_modifiable' : `item.${field}.not_modifiable`
  return mercadoLivreError(400, {
    message: 'Validation error',
    error: 'validation_error',
    cause: [
      {
        department: 'items',
        cause_id: 320,
        type: 'error',
        code,
        message: why,
        references: [`item.${field}`],
      },
    ],
  })
}
