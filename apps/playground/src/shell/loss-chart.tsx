/** The curves over the tape. Their library is fetched after the first picture. @module */

import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { type Palette, palettes } from '../look/roles.ts'
import { theme } from '../look/theme.ts'
import type { LossCurve, Player } from './page.ts'

/** Milliseconds between two drawings. */
const calm = 150
const height = 78
/** Above the curves, so that no curve runs through their names. */
const legend = 20
/** Points of a curve at most. */
const thin = 300

/** The losses up to now, as thin as the screen, over a tape that ends at `end`; pale behind them those of the former run. */
export function LossChart({ player, end }: { readonly player: Player; readonly end: number }): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<UPlot | undefined>(undefined)
  const drawn = useRef(0)
  const { curves } = player.page
  const colors = palettes[theme.value]
  useEffect(() => {
    const node = place.current!
    let [made, gone]: [UPlot | undefined, boolean] = [undefined, false]
    import('uplot').then(({ default: Plot }) => {
      if (gone) return
      made = new Plot(optionsOf(node.clientWidth, curves, colors), undefined, node)
      setChart(made)
    }, reportError)
    const watch = new ResizeObserver(() => made?.setSize({ width: node.clientWidth, height }))
    watch.observe(node)
    return () => {
      gone = true
      watch.disconnect()
      made?.destroy()
      setChart(undefined)
    }
  }, [player, colors])
  useEffect(() => {
    const draw = () => {
      drawn.current = performance.now()
      const names = curves.map(({ name }) => name)
      const former = player.former.value?.curves
      const length = Math.max(player.curves.length(), former?.length() ?? 0)
      const own = player.curves.thinned(names, length, thin)
      const pale = former?.thinned(names, length, thin).slice(1) ?? names.map(() => own[0]!.map(() => null))
      const data = [...own, ...pale]
      chart?.batch(() => {
        chart.setData(data as UPlot.AlignedData, false)
        chart.setScale('x', { min: 0, max: end })
      })
    }
    const later = setTimeout(draw, Math.max(0, calm - (performance.now() - drawn.current)))
    return () => clearTimeout(later)
  }, [player.painted.value, player.former.value, end, chart])
  const known = player.curves.values()
  const isDrawn = ({ name }: LossCurve) => known.size === 0 || known.has(name)
  return (
    <div class="losses">
      <div ref={place} aria-hidden="true" style={{ height: `${height}px` }} />
      <p class="legend">
        {curves.filter(isDrawn).map(({ name, label, role }) => (
          <span key={name} class={`role-${role}`}>
            {label}
          </span>
        ))}
      </p>
    </div>
  )
}

function optionsOf(width: number, curves: readonly LossCurve[], colors: Palette): UPlot.Options {
  return {
    ...{ width, height, padding: [legend, 0, 4, 0] as UPlot.Padding, legend: { show: false }, cursor: { show: false } },
    scales: { x: { time: false, auto: false }, y: { range: (_, low, high) => calmRange(low, high) } },
    axes: [{ show: false }, { show: false }],
    series: [
      {},
      ...[1, 0.35].flatMap((alpha) =>
        curves.map(({ role }) => ({
          ...{ stroke: colors[role], width: 1.5, alpha, points: { show: false }, spanGaps: false },
          ...(role === 'discriminator' && { dash: [5, 4] }),
        })),
      ),
    ],
  }
}

/** A little room above and below; curves that are flat lie in the middle. */
function calmRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  const room = 0.06 * (high - low) || 1
  return [low - room, high + room]
}
