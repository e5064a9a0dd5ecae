/** What the page of editing shows: a face, what each slider makes of it, and what changes with what. @module */
import { type Direction, entanglement, projectDirection, summarizeEntanglement } from '@gen/latent-tools'
import { type Tensor2D, type Tensor4D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { questions } from '../../models/questions.ts'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import type { FaceModels } from './known-faces.ts'
import { amounts, gallery } from './view.ts'

/** Faces that boundaries are learned from; the rest is held out. */
export const learned = 1200
/** Held-out faces on which edits are measured. */
const measured = 24

type Edited = Pick<Direction, 'normal'>

/** A view of the boundaries; the wish's probe is the number of a face, then an amount for each slider. */
export function view(models: FaceModels): (boundaries: Direction[], project: boolean, wish: Wish) => Promise<Pictures> {
  const { vae, codes } = models
  const decode = (rows: readonly Float32Array[]) =>
    tidy(() => Float32Array.from(vae.decode(tensor2d(rows.map((row) => [...row]))).dataSync()))
  const faces = decode(codes.slice(learned, learned + gallery))
  const measure = entangled(models)
  return async (boundaries, project, { probe = [], numbers = true }) => {
    const directions = project ? projected(boundaries) : boundaries
    const [face = 0, ...moves] = probe
    const own = codes[learned + face] ?? codes[learned]!
    const asked = questions.map((_, j) => moves[j] ?? 0)
    const made = decode([
      own,
      edited(own, directions, asked),
      ...questions.flatMap((_, j) => amounts.map((amount) => edited(own, directions, replaced(asked, j, amount)))),
    ])
    const size = made.length / (2 + questions.length * amounts.length)
    const arrays = {
      faces: faces.slice(),
      original: made.slice(0, size),
      edited: made.slice(size, 2 * size),
      strips: made.slice(2 * size),
      accuracy: accuracyOf(models, boundaries),
    }
    if (!numbers) return { arrays: { ...arrays, ...(await measure.last()) }, numbers: {} }
    const { matrix, ratio } = await measure.of(directions)
    return {
      arrays: { ...arrays, matrix },
      numbers: { ratio, beside: besideOf(matrix), accuracy: meanOf(arrays.accuracy), ...leaning(boundaries) },
    }
  }
}

function projected(boundaries: readonly Direction[]): Edited[] {
  return boundaries.map((direction, i) =>
    projectDirection(
      direction,
      boundaries.filter((_, j) => j !== i),
    ),
  )
}

function replaced(list: readonly number[], at: number, value: number): number[] {
  return list.map((old, i) => (i === at ? value : old))
}

/** The code moved along every direction at once. */
function edited(code: Float32Array, directions: readonly Edited[], moves: readonly number[]): Float32Array {
  return code.map((value, k) => directions.reduce((sum, { normal }, j) => sum + moves[j]! * normal[k]!, value))
}

/** For each question, the share of held-out faces on the right side of its boundary. */
function accuracyOf({ codes, answers }: FaceModels, boundaries: readonly Direction[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(boundaries, ({ normal, offset }, j) => {
    let right = 0
    for (let row = learned; row < codes.length; row++) {
      const distance = normal.reduce((sum, value, k) => sum + value * codes[row]![k]!, offset)
      if (Number(distance > 0) === answers[row]![j]) right++
    }
    return right / (codes.length - learned)
  })
}

interface Entangled {
  /** `[moved, changed]`, in deviations of each answer per latent unit; and the change of others per own change. */
  readonly matrix: Float32Array<ArrayBuffer>
  readonly ratio: number
}

/** What edits change in pictures, as the judge sees them; measured anew when the directions are others. */
function entangled({ vae, judge, codes }: FaceModels): {
  of(directions: readonly Edited[]): Promise<Entangled>
  last(): Promise<{ matrix?: Float32Array<ArrayBuffer> }>
} {
  let [name, known]: [string, Promise<Entangled> | undefined] = ['', undefined]
  const find = async (directions: readonly Edited[]): Promise<Entangled> => {
    const z = tensor2d(codes.slice(learned, learned + measured).map((row) => [...row]))
    const decoder = { latentSize: vae.latentSize, decode: (code: Tensor2D) => vae.decode(code) }
    const { relative } = await entanglement(decoder, z, directions, (x) => judge.judge(x as Tensor4D))
    z.dispose()
    return { matrix: Float32Array.from(relative.data), ratio: summarizeEntanglement(relative).ratio }
  }
  const copied = ({ matrix, ratio }: Entangled) => ({ matrix: matrix.slice(), ratio })
  return {
    async of(directions) {
      const asked = directions.map(({ normal }) => normal.join()).join()
      if (asked !== name || !known) known = find(directions)
      name = asked
      return copied(await known)
    },
    last: async () => (known ? { matrix: copied(await known).matrix } : {}),
  }
}

/** The two boundaries that lean on each other most. */
function leaning(directions: readonly Edited[]): { leanest: number; one: number; other: number } {
  let found = { leanest: 0, one: 0, other: 1 }
  for (const [i, a] of directions.entries()) {
    for (let j = i + 1; j < directions.length; j++) {
      const cosine = a.normal.reduce((sum, value, k) => sum + value * directions[j]!.normal[k]!, 0)
      if (Math.abs(cosine) > Math.abs(found.leanest)) found = { leanest: cosine, one: i, other: j }
    }
  }
  return found
}

/** By how much the slider for dark skin also moves glasses, as a share of what it moves skin. */
function besideOf(matrix: Float32Array): number {
  const [glasses, skin] = ['glasses', 'darkSkin'].map((name) => questions.findIndex((asked) => asked.name === name))
  return Math.abs(matrix[skin! * questions.length + glasses!]! / matrix[skin! * questions.length + skin!]!)
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
