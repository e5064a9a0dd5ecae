/** Faces to learn from, faces to be asked about, and who judges the answers. @module */
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { type Faces, faces } from '@gen/data/faces'
import { extractFeatures } from '@gen/metrics'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { RowContext } from '../experiment.ts'
import { attributeNetwork } from '../faces/attribute-network.ts'
import { halved, type Judge } from './measures.ts'

/** Side of the faces. */
const size = 64

/** Faces of the world, and the steps of the judge's training. */
const counts = { train: 16_384, reference: 2048, strangers: 512, judgeSteps: 4000 }

/** What all rows are about. */
export interface World {
  /** To learn from. */
  readonly people: Faces
  readonly judge: Judge
  /** Some of the faces that nobody has learned from, `[count, size, size, 3]`. */
  strangers(from: number, count: number): Tensor4D
}

let made: Promise<World> | undefined

/** Made once for all rows, of faces of 64 or of 32 pixels. The judge learns from halved faces, as it sees the answers: from faces drawn at that size it would be less sure of both. */
export async function world(context: RowContext, side: number): Promise<World> {
  made ??= drawnWorld(context)
  const drawn = await made
  return side === size ? drawn : halvedWorld(drawn)
}

async function drawnWorld({ seed, scratch, progress }: RowContext): Promise<World> {
  const k = key(seed)
  const people = await faces({ count: counts.train, size, key: fold(k, 0) })
  const others = await faces({ count: counts.strangers, size, key: fold(k, 8) })
  progress('training the judge')
  const small = halvedFaces(people)
  const network = await attributeNetwork(small, { steps: counts.judgeSteps, path: join(scratch, 'judge.safetensors') })
  const x = small.take(places(0, counts.reference)).x as Tensor4D
  const judge = { network, faces: await extractFeatures(x, network.features) }
  x.dispose()
  return { people, judge, strangers: (from, count) => others.take(places(from, count)).x as Tensor4D }
}

/** The same people, at half the size. */
function halvedWorld({ people, judge, strangers }: World): World {
  return {
    ...{ people: halvedFaces(people), judge },
    strangers: (from, count) => halvedOnce(strangers(from, count)),
  }
}

function halvedOnce(images: Tensor4D): Tensor4D {
  const small = halved(images)
  images.dispose()
  return small
}

/** The same faces, each a mean over 2 × 2 pixels. */
function halvedFaces(people: Faces): Faces {
  return {
    ...people,
    shape: [size / 2, size / 2, 3],
    take: (rows) => {
      const { x, ...labels } = people.take(rows)
      return { ...labels, x: halvedOnce(x as Tensor4D) }
    },
  }
}

const places = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i)
