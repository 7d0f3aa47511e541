/** Slack's way of saying no: HTTP 200 with `{ok: false, error}` and, for arguments, the reasons. */
export class Refusal extends Error {
  readonly code: string
  readonly messages: string[]
  /** What else the answer holds, such as `needed` of `missing_scope`. */
  readonly fields: Record<string, string>

  constructor(code: string, messages: string[] = [], fields: Record<string, string> = {}) {
    super(code)
    this.code = code
    this.messages = messages
    this.fields = fields
  }
}
