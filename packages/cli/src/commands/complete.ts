/** `gen complete <folder> <text>`. @module */
import { refusal } from '@gen/backend'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { choice, type FlagValues, integer } from '../flags.ts'
import { openModel } from '../run/open-model.ts'
import { modelFolder } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen complete'
const blank = '_'

const flags = {
  count: integer(5, 'how many answers', { min: 1, max: 1000 }),
  beam: integer(64, 'unfinished answers that are followed; more find more', { min: 1, max: 4096 }),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that fills in the blanks of a text, or tells its next word. */
export const completeCommand: Command = defineCommand({
  name: command,
  description: 'fill in the blanks of a text, or tell its next word: the most probable answers',
  positionals: [
    modelFolder,
    { name: 'text', description: `what to go on from, or with ${blank} for each character to fill in` },
  ],
  flags,
  run: (values, [folder = '', text = '']) => complete(folder, text, values),
})

async function complete(
  folder: string,
  text: string,
  { count, beam, backend }: FlagValues<typeof flags>,
): Promise<void> {
  await startBackend(backend)
  const { model, family } = await openModel(command, folder)
  if (!model.answers) {
    throw refusal('config', command, {
      expected: 'a model of text',
      got: `one of family ${family}`,
      remedy: 'train one with gen train tokens',
    })
  }
  for (const { text: answer, probability } of await model.answers(text, { count, beam, blank })) {
    console.log(`${(100 * probability).toFixed(1).padStart(5)} %  ${filled(text, answer)}`)
  }
}

/** The text with the answer in its blanks, or behind it. */
function filled(text: string, answer: string): string {
  const symbols = [...answer]
  if (!text.includes(blank)) return text + answer
  return [...text].map((symbol) => (symbol === blank ? (symbols.shift() ?? blank) : symbol)).join('')
}
