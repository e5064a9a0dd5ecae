/** Where files are dropped, or chosen. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Player } from '../../shell/page.ts'
import { filesIn } from './files-in.ts'

/** Takes pictures, a folder, an npz file, or a saved run: by buttons, and dropped anywhere on the page. */
export function DropZone({ player }: { readonly player: Player }): JSX.Element {
  const [over, busy, fit] = [useSignal(false), useSignal(false), useSignal('crop')]
  const bring = async (files: Promise<readonly File[]> | readonly File[]) => {
    busy.value = true
    const chosen = await files
    if (chosen.length > 0) await player.bring(chosen, fit.value)
    busy.value = false
  }
  const choose = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const files = [...(currentTarget.files ?? [])]
    currentTarget.value = ''
    return bring(files)
  }
  useEffect(() => hearDrops((is) => (over.value = is), bring), [player])
  const { settings } = player.run.value
  return (
    <section class={over.value ? 'drop over' : 'drop'} aria-label="Bring pictures" aria-busy={busy.value}>
      <p>
        {busy.value ? 'Reading …' : 'Drop a folder or pictures here (PNG, JPEG), an .npz, or a run that you saved.'}
      </p>
      <div class="choose">
        <label class="button">
          Choose files
          <input class="sr" type="file" multiple accept=".png,.jpg,.jpeg,.npz,.zip" onChange={choose} />
        </label>
        <label class="button">
          Choose a folder
          <input class="sr" type="file" multiple {...{ webkitdirectory: true }} onChange={choose} />
        </label>
        {settings.pictures !== '' && (
          <button
            type="button"
            class="quiet"
            onClick={() => player.restart({ settings: { ...settings, pictures: '' } })}
          >
            back to drawn faces
          </button>
        )}
        <label class="fit">
          Fit to 32 × 32
          <select value={fit.value} onChange={(event) => (fit.value = event.currentTarget.value)}>
            <option value="crop">cut out the middle</option>
            <option value="pad">keep all, on white</option>
          </select>
        </label>
      </div>
    </section>
  )
}

/** Whatever is dropped is taken here; a browser would open it in place of the page. */
function hearDrops(over: (is: boolean) => void, bring: (files: Promise<readonly File[]>) => unknown): () => void {
  const ended = new AbortController()
  const options = { signal: ended.signal }
  addEventListener(
    'dragover',
    (event) => {
      event.preventDefault()
      over(true)
    },
    options,
  )
  addEventListener('dragleave', ({ relatedTarget }) => relatedTarget === null && over(false), options)
  addEventListener(
    'drop',
    (event) => {
      event.preventDefault()
      over(false)
      bring(filesIn(event.dataTransfer))
    },
    options,
  )
  return () => ended.abort()
}
