/** Moves that were answered, over those that can follow. @module */

/** A question: what can follow, and what was answered. Moves are places down and to the right. */
export interface Shown {
  readonly truth: readonly { readonly move: readonly number[]; readonly probability: number }[]
  readonly answers: readonly (readonly number[])[]
}

const [side, reach, gap] = [220, 1.6, 12]

/** A square for each question: the truth as rings of an area in proportion to the odds, answers as dots, and the mean of the answers as a cross. */
export function answerPlot(questions: readonly Shown[]): string {
  const width = questions.length * (side + gap) + gap
  const squares = questions.map((question, i) => square(question, gap + i * (side + gap)))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${side + 2 * gap}"><rect width="100%" height="100%" fill="white"/>${squares.join('')}</svg>\n`
}

function square({ truth, answers }: Shown, left: number): string {
  const at = (move: readonly number[]): [x: string, y: string] => {
    const place = (by: number) => ((Math.max(-reach, Math.min(reach, by)) + reach) / (2 * reach)) * side
    return [(left + place(move[1]!)).toFixed(1), (gap + place(move[0]!)).toFixed(1)]
  }
  const rings = truth.map(({ move, probability }) => {
    const [x, y] = at(move)
    return `<circle cx="${x}" cy="${y}" r="${(34 * Math.sqrt(probability)).toFixed(1)}" fill="#dbe7f3" stroke="#4e79a7"/>`
  })
  const dots = answers.map((move) => {
    const [x, y] = at(move)
    return `<circle cx="${x}" cy="${y}" r="1.6" fill="#e15759" fill-opacity="0.5"/>`
  })
  const [x, y] = at([0, 1].map((axis) => answers.reduce((sum, move) => sum + move[axis]!, 0) / answers.length)).map(
    Number,
  )
  const cross = `<path d="M${x! - 6} ${y}h12M${x} ${y! - 6}v12" stroke="black" stroke-width="2"/>`
  const frame = `<rect x="${left}" y="${gap}" width="${side}" height="${side}" fill="none" stroke="#999"/>`
  return [frame, ...rings, ...dots, cross].join('')
}
