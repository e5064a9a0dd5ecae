/** `gen data export <data>`. @module */
import { join } from 'node:path'
import { refusal } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { encodeNpy } from '@gen/io'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openSplit } from '../dataset.ts'
import { toldOf, toldShape, toldWords } from '../families/told.ts'
import { choice, type FlagValues, integer, text } from '../flags.ts'
import { writeOutput } from '../write-output.ts'

const command = 'gen data export'

const flags = {
  split: choice('train', ['train', 'test'], 'which part of named data'),
  count: integer(0, 'items to write; 0: all', { min: 0, max: 100_000_000 }),
  told: choice('nothing', toldWords, 'what a model is told of each picture while it learns, written as context.npy'),
  out: text('data', 'the folder to write to', 'path'),
}

/** The command that writes data as NumPy reads them. */
export const dataExportCommand: Command = defineCommand({
  name: command,
  description:
    'write data as NumPy reads them: x.npy, labels.npy where there are classes; context.npy too where it is asked for',
  positionals: [
    { name: 'data', description: 'as for gen train --data: a name, an .npz or .npy file, or a folder of images' },
  ],
  flags,
  run: (values, [data = '']) => exportData(data, values),
})

async function exportData(name: string, { split, count, told, out }: FlagValues<typeof flags>): Promise<void> {
  await startBackend('cpu')
  const { dataset } = await openSplit(name, split)
  const size = count === 0 ? dataset.size : Math.min(count, dataset.size)
  assertSize(dataset, size)
  const shapeTold = toldShape(command, told, dataset.shape)
  const { bytes, labels } = readBytes(dataset, size) ?? readFloats(dataset, size)
  const shape = [size, ...dataset.shape]
  const isBytes = bytes instanceof Uint8Array
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const files: Record<string, Uint8Array> = { 'x.npy': encodeNpy({ dtype: isBytes ? 'U8' : 'F32', shape, data }) }
  if (labels) files['labels.npy'] = encodeNpy({ dtype: 'I32', shape: [size], data: new Uint8Array(labels.buffer) })
  if (shapeTold) {
    const context = readContexts(toldOf(told, dataset), size, shapeTold)
    files['context.npy'] = encodeNpy({
      dtype: 'F32',
      shape: [size, ...shapeTold],
      data: new Uint8Array(context.buffer),
    })
  }
  for (const [file, content] of Object.entries(files)) {
    await writeOutput(command, join(out, file), content)
    console.log(join(out, file))
  }
}

/** Bytes of the file, at most; it is made in memory. */
const mostBytes = 2 ** 31 - 1

function assertSize({ shape }: Dataset, size: number): void {
  const numbers = shape.reduce((product, n) => product * n, 1)
  const most = Math.floor(mostBytes / numbers / (shape.length === 1 ? 4 : 1))
  if (size <= most) return
  throw refusal('range', command, {
    expected: `at most ${most} items of [${shape.join(', ')}]`,
    got: size,
    remedy: `pass --count ${most}`,
  })
}

interface Exported {
  readonly bytes: Uint8Array | Float32Array
  readonly labels: Int32Array | undefined
}

/** Images whose numbers are whole levels of 0 … 255, as bytes of those; nothing for other data. */
function readBytes(dataset: Dataset, size: number): Exported | undefined {
  if (dataset.shape.length === 1) return undefined
  let isWhole = true
  const read = readItems(
    dataset,
    size,
    Uint8Array,
    (value) => {
      const level = Math.round(value * 255)
      if (level < 0 || level > 255 || Math.abs(value * 255 - level) > 1e-3) isWhole = false
      return level
    },
    () => isWhole,
  )
  return isWhole ? read : undefined
}

function readFloats(dataset: Dataset, size: number): Exported {
  return readItems(
    dataset,
    size,
    Float32Array,
    (value) => value,
    () => true,
  )
}

/** Items read at once. */
const chunk = 500

/** All items one after the other, as long as they are wanted. */
function readItems(
  dataset: Dataset,
  size: number,
  Numbers: Uint8ArrayConstructor | Float32ArrayConstructor,
  convert: (value: number) => number,
  goOn: () => boolean,
): Exported {
  const numbers = dataset.shape.reduce((product, n) => product * n, 1)
  const bytes = new Numbers(size * numbers)
  const classes = new Int32Array(size)
  let isLabeled = false
  for (let start = 0; start < size && goOn(); start += chunk) {
    const rows = Math.min(chunk, size - start)
    const { x, labels } = dataset.take(Array.from({ length: rows }, (_, i) => start + i))
    x.dataSync().forEach((value, i) => {
      bytes[start * numbers + i] = convert(value)
    })
    if (labels) {
      isLabeled = true
      classes.set(labels.dataSync(), start)
      labels.dispose()
    }
    x.dispose()
  }
  return { bytes, labels: isLabeled ? classes : undefined }
}

/** What is told of each item, one after the other. */
function readContexts(told: Dataset, size: number, shape: readonly number[]): Float32Array {
  const numbers = shape.reduce((product, n) => product * n, 1)
  const found = new Float32Array(size * numbers)
  for (let start = 0; start < size; start += chunk) {
    const rows = Math.min(chunk, size - start)
    const { x, labels, condition } = told.take(Array.from({ length: rows }, (_, i) => start + i))
    found.set(condition!.context.dataSync<'float32'>(), start * numbers)
    for (const tensor of [x, labels, condition!.context]) tensor?.dispose()
  }
  return found
}
