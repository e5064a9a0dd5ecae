import { fold, key, normal, uniform, useBackend } from '@gen/backend'
import { abs, add, dispose, max, mul, reshape, slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { generator, latentSize } from './generator.ts'
import { sixteenSquares } from './sixteen-squares.ts'
import { threeQuestions } from './three-questions.ts'

it.each([threeQuestions, sixteenSquares])(
  'agrees with what is given, whatever it has learned: $name',
  async (subject) => {
    await useBackend()
    const { size, questions } = subject
    const face = uniform(key(0), [1, size, size, 3]) as Tensor4D
    const network = generator(0, subject)
    for (const [name, question] of Object.entries(questions)) {
      const off = tidy(() => {
        const answers = network.apply(normal(fold(key(1), 0), [1, latentSize]), { context: question.told(face) })
        return max(abs(question.given(mul(add(answers, 1), 0.5) as Tensor4D, face))).dataSync()[0]
      })
      expect(off, name).toBeLessThan(1e-5)
    }
    dispose([face, ...network.variables()])
  },
)

it('asks each question of a third of the faces', async () => {
  await useBackend()
  const { size, toldChannels, allTold } = threeQuestions
  const asks = tidy(() => {
    const told = allTold(uniform(key(2), [6, size, size, 3]) as Tensor4D)
    expect(told.shape).toEqual([6, size, size, toldChannels])
    return reshape(slice(told, [0, size - 1, 0, 3], [-1, 1, 1, 3]), [6, 3]).arraySync()
  })
  // Nothing is known of the last line where the lower half is missing.
  const lines = [
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, 1],
  ]
  expect(asks).toEqual(lines.flatMap((line) => [line, line]))
})
