export type BlingFieldError = { code: number; msg: string; element: string; namespace: string }

/** Bling's error envelope. `type` is one of the API's own words or, for tokens, one of OAuth's. */
export function blingError(
  status: number,
  error: {
    type: string
    message: string
    description: string
    fields?: BlingFieldError[]
    limit?: number
    period?: string
  },
): Response {
  return Response.json({ error }, { status })
}

export function notFound(): Response {
  return blingError(404, {
    type: 'RESOURCE_NOT_FOUND',
    message: 'Recurso não encontrado',
    description: 'O recurso solicitado não foi encontrado.',
  })
}

/** `fields` is the only part of a refusal that says why: it always names what was wrong. */
export function invalid(message: string, fields: BlingFieldError[]): Response {
  return blingError(400, {
    type: 'VALIDATION_ERROR',
    message,
    description: 'Não foi possível concluir a operação, pois ocorreram problemas na validação dos dados.',
    fields,
  })
}
