/** log p(x) of one point as the sum that it is. @module */
import type { JSX } from 'preact'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'

/** A term of the sum: where its bar begins and ends. */
interface Term {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly role: 'latent' | 'model' | 'data'
}

/** The terms, the sum beside the truth, and the point as numbers. */
export function Waterfall({ player, frame }: { readonly player: Player; readonly frame: Frame }): JSX.Element {
  const { numbers, arrays } = frame
  const { base = 0, true: truth = 0, x = 0, y = 0 } = numbers
  const terms: Term[] = [{ name: 'log N(z)', from: 0, to: base, role: 'latent' }]
  for (const [i, value] of (arrays.logDets ?? new Float32Array()).entries()) {
    const from = terms.at(-1)!.to
    terms.push({ name: `log |det J${subscript(i + 1)}|`, from, to: from + value, role: 'model' })
  }
  const sum = terms.at(-1)!.to
  const ends = terms.flatMap(({ from, to }) => [from, to]).concat(Number.isFinite(truth) ? truth : sum)
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const place = (value: number) => `${(100 * (value - low)) / (high - low || 1)}%`
  const bar = ({ from, to }: Pick<Term, 'from' | 'to'>) => ({
    left: place(Math.min(from, to)),
    width: `calc(${place(low + Math.abs(to - from))} + 2px)`,
  })
  return (
    <div class="waterfall">
      <p class="at">
        At the cross,
        {(['x', 'y'] as const).map((axis, i) => (
          <label key={axis}>
            {' '}
            {axis}{' '}
            <input
              type="number"
              aria-label={`${axis} of the cross`}
              step={0.1}
              min={-4}
              max={4}
              value={axis === 'x' ? x.toFixed(2) : y.toFixed(2)}
              onChange={(event) => {
                const value = Number(event.currentTarget.value)
                player.setProbe(i === 0 ? [value, y] : [x, value])
              }}
            />
          </label>
        ))}
      </p>
      <table>
        <caption class="sr">log p(x) as a sum, in nats</caption>
        <tbody>
          {terms.map((term) => (
            <tr key={term.name}>
              <th scope="row">{term.name}</th>
              <td class={`bar role-${term.role}`}>
                <span style={bar(term)} />
              </td>
              <td class="number">{signed(term.to - term.from)}</td>
            </tr>
          ))}
          <tr class="sum">
            <th scope="row">log p(x)</th>
            <td class="bar role-model">
              <span style={bar({ from: 0, to: sum })} />
            </td>
            <td class="number">{signed(sum)}</td>
          </tr>
          <tr>
            <th scope="row">the truth</th>
            <td class="bar role-data">{Number.isFinite(truth) && <span style={bar({ from: 0, to: truth })} />}</td>
            <td class="number">{signed(truth)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}

/** With a minus as long as a plus. */
function signed(value: number): string {
  return value === Number.NEGATIVE_INFINITY ? '−∞' : value.toFixed(2).replace('-', '−')
}

function subscript(n: number): string {
  return String(n).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]!)
}
