const everyMilliseconds = 1_600
const tones = [880, 660]
const toneSeconds = 0.18

/**
 * The sound of a ringing phone, off until somebody wants it.
 * @returns {{ ring: (rings: boolean) => void, allow: (allowed: boolean) => void }}
 */
export function createRingTone() {
  let allowed = false
  let rings = false
  /** @type {AudioContext | undefined} */
  let audio
  /** @type {number | undefined} */
  let timer

  function beep() {
    audio ??= new AudioContext()
    const begin = audio.currentTime
    for (const [index, frequency] of tones.entries()) {
      const tone = new OscillatorNode(audio, { frequency })
      const volume = new GainNode(audio, { gain: 0.06 })
      tone.connect(volume).connect(audio.destination)
      tone.start(begin + index * toneSeconds)
      tone.stop(begin + (index + 1) * toneSeconds)
    }
  }

  function update() {
    clearInterval(timer)
    if (!allowed || !rings) return
    beep()
    timer = setInterval(beep, everyMilliseconds)
  }

  return {
    ring: (now) => {
      if (now === rings) return
      rings = now
      update()
    },
    allow: (now) => {
      allowed = now
      update()
    },
  }
}
