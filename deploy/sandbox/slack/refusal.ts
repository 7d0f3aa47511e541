/** Slack's way of saying no: HTTP 200 with `{ok: false, error}` and, for arguments, the reasons. */
export class Refusal extends Error {
  readonly code: string
  readonly messages: string[]

  constructor(code: string, messages: string[] = []) {
    super(code)
    this.code = code
    this.messages = messages
  }
}
