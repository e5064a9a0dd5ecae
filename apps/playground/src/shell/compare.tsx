/** The former run beside the one at hand. @module */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { differences } from '../run/differences.ts'
import type { Player } from './page.ts'

/** The former run's last picture, what it had that this one has not, and the way back. */
export function Compare({ player }: { readonly player: Player }): JSX.Element | null {
  const former = player.former.value
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    place.current?.replaceChildren(...(former ? [former.picture] : []))
  }, [former])
  if (!former) return null
  const { fields } = player.page
  const [had, lacked] = [
    differences(fields, former.run, player.run.value),
    differences(fields, player.run.value, former.run),
  ]
  return (
    <section class="card compare" aria-label="The former run">
      <h2>
        The former run
        <button type="button" class="quiet" onClick={() => (player.former.value = undefined)}>
          dismiss
        </button>
      </h2>
      <div ref={place} role="img" aria-label={`Picture of the former run at step ${former.at}`} />
      <p>
        Step {former.at.toLocaleString('en')}
        {had.length > 0 ? ` with ${had.join('; ')}` : ` without ${lacked.join('; ')}`}.
      </p>
      <button type="button" onClick={() => player.returnToFormer()}>
        Return to it
      </button>
    </section>
  )
}
