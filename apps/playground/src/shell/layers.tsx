/** Parts of the picture, switched on and off; learning is the same with all of them. @module */
import type { JSX } from 'preact'
import type { Player } from './page.ts'

/** A switch for each layer, with its mark. */
export function Layers({ player }: { readonly player: Player }): JSX.Element {
  const { page, layers } = player
  return (
    <fieldset class="layers">
      <legend class="sr">Show</legend>
      {page.layers.map(({ name, label, role, thin = false }) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={layers.value.includes(name)}
            onChange={(event) => {
              const rest = layers.value.filter((other) => other !== name)
              player.setLayers(event.currentTarget.checked ? [...rest, name] : rest)
            }}
          />
          <span aria-hidden="true" class={`mark mark-${role} ${thin ? 'mark-thin' : ''}`} />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
