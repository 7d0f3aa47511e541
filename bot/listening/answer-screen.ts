import type { ModalView } from '@slack/web-api'
import type { Answer } from '../asked.ts'
import { section } from '../views/blocks.ts'

/** An answer in the place of a form, under the form's own title. */
export function answerScreen({ text, blocks }: Answer, title: string, close: string): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: title },
    close: { type: 'plain_text', text: close },
    blocks: blocks ?? [section({ mrkdwn: text })],
  }
}
