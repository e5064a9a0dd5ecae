/** Keys that work everywhere on a page but in fields. @module */
import type { Player } from './page.ts'
import { speedNames } from './transport.tsx'

/** Space plays, arrows step (with shift ten), R begins again, [ and ] change the speed. */
export function hearKeys(player: Player): () => void {
  const hear = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || inControl(event.target)) return
    const task = tasks(player, event.shiftKey)[event.key]
    if (!task) return
    event.preventDefault()
    task()
  }
  addEventListener('keydown', hear)
  return () => removeEventListener('keydown', hear)
}

function tasks(player: Player, shift: boolean): Record<string, () => void> {
  const { status, step, speed } = player
  const steps = shift ? 10 : 1
  const turn = (by: number) => {
    const next = speedNames[speedNames.indexOf(speed.value) + by]
    if (next) player.setSpeed(next)
  }
  const begin = () => player.restart()
  return {
    ' ': () => (status.value === 'playing' ? player.pause() : player.play()),
    ArrowRight: () => player.advance(steps),
    ArrowLeft: () => player.seek(Math.max(0, step.value - steps)),
    r: begin,
    R: begin,
    '[': () => turn(-1),
    ']': () => turn(1),
  }
}

/** Whether a key means something there already. */
function inControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, select, textarea, button, summary, [contenteditable]') !== null
  )
}
