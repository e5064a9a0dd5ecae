/** The way from noise to samples, as an animation. @module */
import { refusal } from '@gen/backend'
import { encodeGif, grid } from '@gen/io'
import { image, stack, type Tensor, type Tensor3D, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core'
import type { SampledStep } from '../families/family.ts'
import { assertRoom, mostHeld } from '../limits.ts'

/** Frames at most: of more steps every second, third, … is kept. */
const mostFrames = 60
/** So often the samples themselves are shown at the end. */
const held = 12

/** What keeps the steps of a sampling, and makes a file of them. */
export interface DenoisingRecorder {
  onStep(step: SampledStep): Promise<void>
  /** The file, with the samples themselves at its end. */
  encode(samples: Tensor): Promise<Uint8Array>
}

/**
 * Asserts that such samples can be animated.
 *
 * @throws GenError 'config' for what are no images, 'range' for more than find room.
 */
export function assertAnimated(command: string, shape: readonly number[], count: number): void {
  const channels = shape.at(-1)
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    const got = `samples of [${shape.join(', ')}]`
    throw refusal('config', command, { expected: 'a model of images for --gif', got, remedy: 'leave it out' })
  }
  assertRoom(command, '--count with --gif', count * (mostFrames + held), shape, mostHeld)
}

/** Keeps the noisy images of a grid of `count` with so many columns. */
export function denoisingRecorder(
  count: number,
  layout: { columns?: number | undefined; scale: number },
): DenoisingRecorder {
  /** By step, then by the place of the first row. */
  const kept = new Map<number, { offset: number; shape: number[]; values: Float32Array }[]>()
  return {
    async onStep({ step, steps, offset, x }) {
      if (step % Math.ceil(steps / mostFrames) !== 0 && step !== 1) return
      const part = { offset, shape: x.shape, values: (await x.data()).slice() as Float32Array }
      kept.set(step, [...(kept.get(step) ?? []), part])
    },
    async encode(samples) {
      const frames = tidy(() => {
        const last = frameOf(samples as Tensor4D, layout)
        // Where rows take different numbers of steps, a step that not all of them took shows nothing.
        const whole = [...kept.values()].filter(
          (parts) => parts.reduce((rows, { shape }) => rows + shape[0]!, 0) === count,
        )
        const before = whole.map((parts) => {
          const values = new Float32Array(samples.size)
          for (const part of parts) values.set(part.values, (part.offset * samples.size) / count)
          return frameOf(tensor4d(values, (samples as Tensor4D).shape), layout)
        })
        return stack([...before, ...Array<Tensor3D>(held).fill(last)]) as Tensor4D
      })
      const file = await encodeGif(frames)
      frames.dispose()
      return file
    },
  }
}

function frameOf(images: Tensor4D, { columns, scale }: { columns?: number | undefined; scale: number }): Tensor3D {
  const laid = grid(images, columns === undefined ? {} : { columns })
  const [height, width] = laid.shape
  const size: [number, number] = [height * Math.max(1, scale), width * Math.max(1, scale)]
  return image.resizeNearestNeighbor(laid, size) as Tensor3D
}
