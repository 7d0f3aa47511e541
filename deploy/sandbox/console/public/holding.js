/**
 * Waits with drawing while a button of the mouse, or a finger, is down: what is being pressed must still be
 * there when it is let go, else the click is lost.
 * @param {() => void} draw
 * @returns {() => void} draws now, or as soon as nothing is held
 */
export function drawingWhenReleased(draw) {
  let held = false
  let waiting = false

  function release() {
    if (!held) return
    held = false
    // The click comes after the release.
    setTimeout(() => {
      if (waiting) request()
    })
  }

  function request() {
    waiting = held
    if (!held) draw()
  }

  addEventListener('pointerdown', () => (held = true), true)
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, release, true)
  addEventListener('pointermove', ({ buttons }) => buttons === 0 && release(), true)
  return request
}
