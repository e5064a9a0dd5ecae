/** Numbers out of tensors, whatever computes. @module */
import { dispose, type NamedTensorMap } from '@tensorflow/tfjs-core'
import { readTensor } from './recorded.ts'

/** The tensors' numbers by name; the tensors are freed. It waits for them: a read that does not wait may lose a graphics card. */
export async function readAll<T extends NamedTensorMap>(
  tensors: T,
): Promise<{ [N in keyof T]: Float32Array<ArrayBuffer> }> {
  try {
    const read = Object.entries(tensors).map(async ([name, tensor]) => [name, await readTensor(tensor)] as const)
    return Object.fromEntries(await Promise.all(read)) as { [N in keyof T]: Float32Array<ArrayBuffer> }
  } finally {
    dispose(tensors)
  }
}
