/** @import { Place } from './surface.js' */
import { drawButton, drawOverflow } from './buttons.js'
import { drawCheckboxes, drawManySelect, drawRadioButtons, drawSelect } from './choices.js'
import { drawExternalSelect } from './external-select.js'
import { drawDateField, drawTextField } from './fields.js'
import { h } from './dom.js'
import { drawImage } from './images.js'

/**
 * One Block Kit element (docs.slack.dev/reference/block-kit/block-elements).
 * @param {Place} place
 * @returns {HTMLElement}
 */
export function drawElement(place) {
  const { element, surface } = place
  switch (element.type) {
    case 'button':
    case 'workflow_button':
      return drawButton(place)
    case 'overflow':
      return drawOverflow(place)
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return drawSelect(place)
    case 'multi_static_select':
    case 'multi_users_select':
      return drawManySelect(place)
    case 'external_select':
      return drawExternalSelect(place)
    case 'checkboxes':
      return drawCheckboxes(place)
    case 'radio_buttons':
      return drawRadioButtons(place)
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return drawDateField(place)
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return drawTextField(place)
    case 'image':
      return drawImage(element, surface.reader)
    default:
      return h('span', { class: 'unsupported' }, surface.reader.texts.unsupported(element.type))
  }
}
