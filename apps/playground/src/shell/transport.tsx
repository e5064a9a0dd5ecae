/** Play, pause, step, begin again, and how fast. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Player, Speed } from './page.ts'

const speeds: Readonly<Record<Speed, string>> = {
  slow: 'slow',
  '1': 'each step',
  '10': 'ten steps',
  fastest: 'fastest',
}

/** The speeds in their order, for keys. */
export const speedNames: readonly Speed[] = Object.keys(speeds) as Speed[]

/** The buttons below the picture. */
export function Transport({ player }: { readonly player: Player }): JSX.Element {
  const { status, page, speed, run } = player
  const playing = status.value === 'playing'
  const busy = status.value === 'loading' || status.value === 'fault'
  const more = useSignal(false)
  return (
    <div class={`transport ${more.value ? 'whole' : ''}`} role="toolbar" aria-label="Training">
      <button type="button" class="reset" title="Begin again with the same seed (R)" onClick={() => player.restart()}>
        <Icon path="M4 3v10M13 3 6 8l7 5z" />
        <span class="sr">Begin again</span>
      </button>
      <button
        type="button"
        class="play"
        title="Play or pause (space)"
        disabled={busy}
        onClick={() => (playing ? player.pause() : player.play())}
      >
        <Icon path={playing ? 'M5 3v10M11 3v10' : 'M4 2.5 13 8l-9 5.5z'} filled={!playing} />
        {playing ? 'Pause' : 'Play'}
      </button>
      <button type="button" class="step" title="One step (→)" disabled={busy} onClick={() => player.advance(1)}>
        <Icon path="M4 3l7 5-7 5zM13 3v10" />
        <span class="sr">One step</span>
      </button>
      {page.alone?.map(({ player: name, label, role }) => (
        <button
          key={name}
          type="button"
          class="alone"
          disabled={busy}
          title={`One step of ${label} alone`}
          onClick={() => player.advance(1, name)}
        >
          <span class="only">only</span> <b class={`role-${role}`}>{label}</b>
        </button>
      ))}
      <button
        type="button"
        class="more"
        title="Speed and seed"
        aria-expanded={more.value}
        onClick={() => (more.value = !more.value)}
      >
        <Icon path="M3 8h.01M8 8h.01M13 8h.01" />
        <span class="sr">Speed and seed</span>
      </button>
      <label class="speed">
        <select
          aria-label="Speed"
          value={speed.value}
          onChange={(event) => player.setSpeed(event.currentTarget.value as Speed)}
        >
          {speedNames.map((name) => (
            <option key={name} value={name}>
              {speeds[name]}
            </option>
          ))}
        </select>
      </label>
      <label class="seed">
        <span>Seed</span>
        <input
          type="number"
          aria-label="Seed"
          min={0}
          max={2 ** 32 - 1}
          value={run.value.seed}
          onChange={(event) => {
            const seed = Number(event.currentTarget.value)
            if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) player.restart({ seed })
          }}
        />
        <button
          type="button"
          title="Another seed"
          onClick={() => player.restart({ seed: (run.value.seed + 1) % 1000 })}
        >
          <Icon path="M3 3h10v10H3zM6 6h.01M10 10h.01M8 8h.01" />
          <span class="sr">Another seed</span>
        </button>
      </label>
    </div>
  )
}

/** A drawing of 16 by 16. */
export function Icon({ path, filled = false }: { readonly path: string; readonly filled?: boolean }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={path}
        fill={filled ? 'currentColor' : 'none'}
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  )
}
