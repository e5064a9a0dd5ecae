/** ONNX files of anybody's as models with a latent space. @module */
import { fold, type Key, refusal } from '@gen/backend'
import { type OnnxModel, type OnnxRuntime, onnxFromFolder } from '@gen/convert'
import { codedImages, pairRecoder, recoderNetwork } from '@gen/gan'
import type { Recoder } from '../families/family.ts'
import { folderReader } from './foreign-folder.ts'
import type { LatentFolder } from './latent-folder.ts'
import { namedAfter } from './named-after.ts'

/**
 * Opens a folder of `decoder.onnx` or `generator.onnx`, and `encoder.onnx` where there is one.
 *
 * @throws GenError 'config' where onnxruntime-node is not installed; as `onnxFromFolder`.
 */
export async function openOnnxFolder(command: string, folder: string): Promise<LatentFolder> {
  const runtime = await onnxRuntime(command)
  const model = await onnxFromFolder(folderReader(command, folder), runtime).catch((cause) => {
    throw namedAfter(`${command} (${folder})`, cause)
  })
  return { model: { latent: model, shape: model.shape, recoder: (k) => recoderOf(model, k) }, family: 'onnx' }
}

async function onnxRuntime(command: string): Promise<OnnxRuntime> {
  try {
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    // What goes wrong is thrown: nothing else is printed over the progress.
    const create = (bytes: Uint8Array) => InferenceSession.create(bytes, { logSeverityLevel: 4 })
    return { InferenceSession: { create }, Tensor } as unknown as OnnxRuntime
  } catch (cause) {
    throw refusal('config', command, {
      expected: 'onnxruntime-node, which runs ONNX files',
      got: 'none',
      remedy: 'npm i onnxruntime-node',
      cause,
    })
  }
}

/** A session gives no gradient and answers later, so its encoder learns from batches of pairs. */
function recoderOf(model: OnnxModel, key: Key): Recoder {
  const encoder = pairRecoder({ gan: model, network: recoderNetwork({ gan: model, key: fold(key, 0) }) })
  return {
    trainable: encoder,
    batches: codedImages(model, { key: fold(key, 1) }),
    encode: (x) => encoder.encode(x),
    dispose: () => encoder.dispose(),
  }
}
