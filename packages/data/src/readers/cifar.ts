/** The binary format of CIFAR-10 and CIFAR-100, read. @module */
import { refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { imageDataset } from '../sets/image-dataset.ts'

/** Options of {@link cifar100}. */
export interface Cifar100Options {
  /** 100 fine classes or 20 coarse ones. @default 'fine' */
  labels?: 'fine' | 'coarse'
}

const side = 32
const plane = side * side
const imageBytes = 3 * plane

/** How a format lays a record out: `labelBytes` labels, one of which counts, then the red, green and blue planes. */
interface Layout {
  readonly labelBytes: number
  readonly labelAt: number
  readonly classes: number
}

/**
 * Makes a dataset of CIFAR-10 from the bytes of its files (`data_batch_1.bin` …): 32 × 32 RGB, 10 classes.
 *
 * @throws GenError `file` for a file whose size is no multiple of 3073 bytes or with a label above 9.
 * @see Learning Multiple Layers of Features from Tiny Images (Krizhevsky, 2009) https://www.cs.toronto.edu/~kriz/cifar.html
 * @example
 * const test = cifar10([await readFile('cifar-10-batches-bin/test_batch.bin')])
 */
export function cifar10(files: readonly Uint8Array[]): Dataset {
  return read('data.cifar10', files, { labelBytes: 1, labelAt: 0, classes: 10 })
}

/**
 * Makes a dataset of CIFAR-100 from the bytes of its files (`train.bin`, `test.bin`): 32 × 32 RGB.
 *
 * @throws GenError `file` for a file whose size is no multiple of 3074 bytes or with a label that CIFAR-100 lacks.
 * @see Learning Multiple Layers of Features from Tiny Images (Krizhevsky, 2009) https://www.cs.toronto.edu/~kriz/cifar.html
 * @example
 * const train = cifar100([await readFile('cifar-100-binary/train.bin')], { labels: 'coarse' })
 */
export function cifar100(files: readonly Uint8Array[], { labels = 'fine' }: Cifar100Options = {}): Dataset {
  const layout = labels === 'fine' ? { labelAt: 1, classes: 100 } : { labelAt: 0, classes: 20 }
  return read('data.cifar100', files, { labelBytes: 2, ...layout })
}

function read(where: string, files: readonly Uint8Array[], { labelBytes, labelAt, classes }: Layout): Dataset {
  const recordBytes = labelBytes + imageBytes
  const counts = files.map((file, i) => {
    if (file.length > 0 && file.length % recordBytes === 0) return file.length / recordBytes
    const got = `${file.length} bytes in file ${i}`
    throw refusal('file', where, {
      expected: `records of ${recordBytes} bytes`,
      got,
      remedy: 'it is truncated or another format',
    })
  })
  const count = counts.reduce((sum, n) => sum + n, 0)
  if (count === 0) throw refusal('file', where, { expected: 'at least one file', got: 'none' })
  checkRecordLabels(where, files, recordBytes, labelAt, classes)
  const pixels = new Uint8Array(count * imageBytes)
  const labels = new Int32Array(count)
  let item = 0
  for (const file of files) {
    for (let at = 0; at < file.length; at += recordBytes, item++) {
      labels[item] = file[at + labelAt] as number
      interleave(file, at + labelBytes, pixels, item * imageBytes)
    }
  }
  return imageDataset({ pixels, shape: [side, side, 3], labels, classes })
}

function checkRecordLabels(
  where: string,
  files: readonly Uint8Array[],
  recordBytes: number,
  labelAt: number,
  classes: number,
): void {
  for (const [i, file] of files.entries()) {
    for (let at = labelAt; at < file.length; at += recordBytes) {
      const label = file[at] as number
      if (label < classes) continue
      const got = `${label} in record ${(at - labelAt) / recordBytes} of file ${i}`
      throw refusal('file', where, { expected: `labels from 0 to ${classes - 1}`, got, remedy: 'it is another format' })
    }
  }
}

function interleave(file: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[to + pixel * 3 + channel] = file[from + channel * plane + pixel] as number
    }
  }
}
