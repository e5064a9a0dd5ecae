/** What there is to read: sentences that set states, the formula, numbers, code. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Player } from './page.ts'

/** The sentences are the tour: each sets the state that it talks of. */
export function Stories({ player }: { readonly player: Player }): JSX.Element {
  const { page, run } = player
  return (
    <section class="card stories" aria-label="What to look at">
      <h2>What to look at</h2>
      <ol>
        {page.stories.map((story) => (
          <li key={story.text}>
            <button
              type="button"
              onClick={() => {
                if (story.layers) player.setLayers(story.layers)
                const initial = Object.fromEntries(
                  Object.entries(page.fields).map(([name, field]) => [name, field.initial]),
                )
                player.restart({ seed: story.seed ?? run.value.seed, settings: { ...initial, ...story.set } })
                player.play()
              }}
            >
              {story.text}
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The formula; its symbols wear the colors of their roles, as the marks do. */
export function Formula({ player }: { readonly player: Player }): JSX.Element {
  const { formula, legend } = player.page
  return (
    <section class="card formula" aria-label="Formula">
      <div dangerouslySetInnerHTML={{ __html: formula }} />
      <dl>
        {legend.map(([role, words]) => (
          <div key={words} class={`role-${role}`}>
            <dt aria-hidden="true" class={`mark mark-${role}`} />
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Numbers of the picture. */
export function Gauges({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const gauges = frame ? player.page.gauges(frame) : []
  const former = new Map(player.former.value?.gauges.map((gauge) => [gauge.label, gauge.value]))
  return (
    <section class="card gauges" aria-label="Numbers">
      {gauges.map(({ label, value, note, level }) => (
        <div key={label} class="gauge">
          <span class="label">{label}</span>
          <output>{value}</output>
          {former.has(label) && <span class="former">the former run: {former.get(label)}</span>}
          {level !== undefined && (
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${100 * Math.min(1, Math.max(0, level))}%` }} />
            </span>
          )}
          {note !== undefined && <span class="note">{note}</span>}
        </div>
      ))}
    </section>
  )
}

/** The lines that do it, as a test runs them. */
export function Code({ player }: { readonly player: Player }): JSX.Element {
  const copied = useSignal(false)
  const { code } = player.page
  return (
    <section class="card code" aria-label="Code">
      <h2>
        The same in your own program{' '}
        <button
          type="button"
          class="quiet"
          onClick={() =>
            navigator.clipboard.writeText(code).then(
              () => (copied.value = true),
              () => undefined,
            )
          }
        >
          {copied.value ? 'copied' : 'copy'}
        </button>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre tabIndex={0}>
        <code>{code.trim()}</code>
      </pre>
    </section>
  )
}
