/** How often each move is made, truly and by the model. @module */
import type { JSX } from 'preact'
import type { Frame } from '../../trainer/protocol.ts'
import { moves } from './view.ts'

const rows = [...moves.map(({ name }) => name), 'no move at all']

/** Two bars for each move. */
export function Odds({ frame }: { readonly frame: Frame | undefined }): JSX.Element {
  const { truth, model } = frame?.arrays ?? {}
  const most = Math.max(0.5, ...(truth ?? []), ...(model ?? []))
  // Room for the number is left beside the longest.
  const bar = (hue: 'data' | 'model', share: number) => (
    <td class="share">
      <span class={`role-${hue}`} style={{ width: `${(60 * share) / most}%` }} />
      <b>{Math.round(100 * share)} %</b>
    </td>
  )
  return (
    <table class="odds">
      <thead>
        <tr>
          <td />
          <th scope="col" class="role-data">
            truly
          </th>
          <th scope="col" class="role-model">
            the model
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((name, i) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {bar('data', truth?.[i] ?? 0)}
            {bar('model', model?.[i] ?? 0)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
