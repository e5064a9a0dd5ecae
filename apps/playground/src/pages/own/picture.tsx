/** Pictures of the visitor, and those that the model draws. @module */
import type { JSX } from 'preact'
import { photos } from '../../marks/photos.ts'
import { settingsAt } from '../../run/run.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import { DropZone } from './drop-zone.tsx'
import { Shelf } from './shelf.tsx'
import { drawn, drawnColumns, pixels, shown, shownColumns } from './view.ts'

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const own = String(settingsAt(player.run.value, 0).pictures)
  const sheets = [
    { name: 'samples', role: 'model', label: 'drawn by the model', count: drawn, columns: drawnColumns },
    { name: 'nearest', role: 'data', label: 'the nearest of yours to each', count: drawn, columns: drawnColumns },
    {
      name: 'album',
      role: 'data',
      label: own === '' ? 'drawn faces, until you bring your own' : `your pictures, fingerprint ${own.slice(0, 8)}`,
      count: shown,
      columns: shownColumns,
    },
  ] as const
  const visible = sheets.filter(({ name }) => name !== 'nearest' || player.layers.value.includes(name))
  return (
    <div class="spaces own">
      <DropZone player={player} />
      <div class="ways">
        {visible.map(({ name, role, label, count, columns }) => (
          <figure key={name}>
            <figcaption>
              <span aria-hidden="true" class={`mark mark-${role}`} /> <span class={`role-${role}`}>{label}</span>
            </figcaption>
            <Canvas
              label={name === 'samples' ? `${label}. ${words}` : label}
              ratio={count / columns ** 2}
              paint={(context, { width }) => {
                const images = frame?.arrays[name]
                if (images && images.length > 0) photos(context, images, pixels, columns, width)
              }}
            />
          </figure>
        ))}
      </div>
      <Shelf player={player} />
    </div>
  )
}
