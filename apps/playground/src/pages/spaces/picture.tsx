/** Faces on their way from one space to another, and those that the map is made from. @module */
import type { JSX } from 'preact'
import { photos } from '../../marks/photos.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import { useSettings } from '../../shell/settings.tsx'
import type { Frame } from '../../trainer/protocol.ts'
import { gallery, pixels, probes, readPins, writePins } from './view.ts'

/** What becomes of each face, by the names of arrays. */
const ways = [
  { name: 'original', role: 'model', label: 'G(z): faces of the GAN' },
  { name: 'mapped', role: 'latent', label: 'D(zW + b): through the map' },
  { name: 'own', role: 'data', label: 'D(E(x)): the VAE by its own encoder' },
  { name: 'nearest', role: 'noise', label: 'the nearest face of the support set' },
] as const

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const shown = ways.filter(({ name }) => name === 'original' || player.layers.value.includes(name))
  return (
    <div class="spaces">
      <div class="ways">
        {shown.map(({ name, role, label }) => (
          <figure key={name}>
            <figcaption>
              <span aria-hidden="true" class={`mark mark-${role}`} /> <span class={`role-${role}`}>{label}</span>
            </figcaption>
            <Canvas
              label={name === 'mapped' ? `${label}. ${words}` : label}
              ratio={1 / probes}
              paint={(context, { width }) => {
                const images = frame?.arrays[name]
                if (images && images.length > 0) photos(context, images, pixels, probes, width)
              }}
            />
          </figure>
        ))}
      </div>
      <Pins player={player} frame={frame} />
    </div>
  )
}

/** The first faces of the GAN; a press pins one, so that it comes first. */
function Pins({ player, frame }: { readonly player: Player; readonly frame: Frame | undefined }): JSX.Element {
  const pins = readPins(String(useSettings(player).value.pins))
  const places = new Map([...(frame?.arrays.support ?? [])].map((point, place) => [point, place + 1]))
  const toggle = (face: number) => {
    const next = pins.includes(face) ? pins.filter((pin) => pin !== face) : [...pins, face]
    player.set({ pins: writePins(next) })
  }
  return (
    <fieldset class="pins">
      <legend>
        Support set: {places.size} faces known in both spaces. Press faces to pin them first.
        {pins.length > 0 && (
          <button type="button" class="quiet" onClick={() => player.set({ pins: '' })}>
            unpin all
          </button>
        )}
      </legend>
      <div class="wall">
        <Canvas
          label={`${gallery} faces of the GAN`}
          ratio={4 / 12}
          paint={(context, { width }) => {
            const images = frame?.arrays.gallery
            if (images) photos(context, images, pixels, 12, width)
          }}
        />
        {Array.from({ length: gallery }, (_, face) => (
          <button
            key={face}
            type="button"
            class={places.has(face) ? 'in' : ''}
            aria-label={`Pin face ${face + 1}`}
            aria-pressed={pins.includes(face)}
            onClick={() => toggle(face)}
          >
            {places.has(face) && <b>{places.get(face)}</b>}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
