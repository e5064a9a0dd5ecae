/** Runs in this browser, and the way out of it: a file. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Player } from '../../shell/page.ts'
import { forgetRun, keptRuns } from '../../shell/shelf.ts'

/** What is kept, and what can be saved. */
export function Shelf({ player }: { readonly player: Player }): JSX.Element {
  const runs = useSignal(keptRuns())
  // Read anew when the run has come to rest.
  const [at, own] = [player.status.value === 'paused' ? player.bits.value : '', player.run.value.settings.pictures]
  const kept = at === '' ? runs.value : keptRuns()
  const save = async () => {
    const bytes = await player.pack()
    if (bytes) download(bytes, `own-${player.step.value}.zip`)
  }
  return (
    <section class="shelf" aria-label="Kept runs">
      <p>
        <button type="button" disabled={player.step.value === 0} onClick={save}>
          Save to a file
        </button>{' '}
        {own !== '' && 'A link cannot hold your pictures; this file does. '}
        Unpacked, <code>gen sample</code> and <code>openModel</code> open it.
      </p>
      {kept.length > 0 && (
        <ul>
          {kept.map(({ name, link, step }) => (
            <li key={name}>
              <a href={link}>{wordsOf(link)}</a>, {step.toLocaleString('en')} steps{' '}
              <button
                type="button"
                class="quiet"
                onClick={async () => {
                  await forgetRun(name).catch(() => undefined)
                  runs.value = keptRuns()
                }}
              >
                forget
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function wordsOf(link: string): string {
  const query = new URLSearchParams(link.split('?')[1])
  const family = query.get('family') === 'vae' ? 'VAE' : 'diffusion'
  const pictures = query.get('pictures')
  return `${family} of ${pictures ? `pictures ${pictures.slice(0, 8)}` : 'drawn faces'}`
}

function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
