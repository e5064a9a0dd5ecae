/** `gen answer <folder> --question picture.png`. @module */
import { extname } from 'node:path'
import { refusal } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import { concat, dispose, image as images, type Tensor, type Tensor4D, tidy, tile } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { choice, type FlagValues, integer, integers, number, optionalInteger, text } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { openModel } from '../run/open-model.ts'
import { pictureOf } from '../run/picture.ts'
import { readQuestion } from '../run/read-question.ts'
import { sampleOptions } from '../run/sample-options.ts'
import { writeOutput } from '../write-output.ts'
import { modelFolder, pictureScale } from './common-flags.ts'
import { backendNames, largestSeed } from './train-flags.ts'

const command = 'gen answer'

const flags = {
  question: text(
    '',
    'a PNG file: transparent parts are filled in, gray is colored, a small picture is enlarged, any other varied',
    'path',
    'none, and the command is refused',
  ),
  count: integer(6, 'how many answers', { min: 1, max: 1000 }),
  steps: optionalInteger('sampling steps', { min: 1, max: 10_000 }, 'as the model was trained to be sampled'),
  strength: number(0.5, 'how far a picture that is varied goes towards noise', { min: 0.01, max: 1 }),
  labels: integers([], 'classes of the answers in turn, of a conditional model', { min: 0, max: 1_000_000 }, 'all'),
  seed: integer(0, 'seed of the answers', { min: 0, max: largestSeed }),
  out: text('answers.png', 'file to write: .png with the question first, or .npy with the answers', 'path'),
  scale: pictureScale(1),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that asks a model with a picture. */
export const answerCommand: Command = defineCommand({
  name: command,
  description: 'ask a diffusion model with a picture: several answers to one question',
  positionals: [modelFolder],
  flags,
  run: (values, [folder = '']) => answer(folder, values),
})

async function answer(folder: string, values: FlagValues<typeof flags>): Promise<void> {
  const { question: path, count, out, scale, strength } = values
  if (path === '') {
    throw refusal('config', command, { expected: '--question', got: 'none', remedy: 'pass the path of a PNG file' })
  }
  const extension = extname(out)
  if (extension !== '.png' && extension !== '.npy') {
    throw refusal('config', command, { expected: '--out to end in .png or .npy', got: `'${out}'` })
  }
  await startBackend(values.backend)
  const opened = await openModel(command, folder)
  const { model, family } = opened
  if (!model.answerPicture || model.shape.length !== 3) {
    const got = `one of family ${family} of [${model.shape.join(', ')}]`
    throw refusal('config', command, {
      expected: 'a diffusion model of images',
      got,
      remedy: 'train one with gen train diffusion',
    })
  }
  const { key, steps, labels } = sampleOptions(command, opened, values)
  const question = readQuestion(command, path, model.shape[2]!)
  try {
    const answers = await interruptible((signal) =>
      model.answerPicture!(question, { count, key, steps, strength, labels, signal }),
    )
    const file = extension === '.npy' ? encodeNpy(await readRaw(answers)) : await drawn(question.image, answers, scale)
    answers.dispose()
    await writeOutput(command, out, file)
  } finally {
    dispose([question.image, question.known ?? []])
  }
  console.log(out)
}

/** The question at the answers' size and channels, then they. */
async function drawn(question: Tensor, answers: Tensor, scale: number): Promise<Uint8Array | string> {
  const [count = 0, height = 0, width = 0, channels = 0] = answers.shape
  const row = tidy(() => {
    const large = images.resizeNearestNeighbor(question as Tensor4D, [height, width])
    const colored = question.shape[3] === channels ? large : tile(large, [1, 1, 1, channels])
    return concat([colored, answers as Tensor4D])
  })
  const { file } = await pictureOf(row, { columns: count + 1, scale })
  row.dispose()
  return file
}
