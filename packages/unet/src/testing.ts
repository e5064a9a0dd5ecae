/** For this package's tests. @module */
import { fold, type Key, normalArray } from '@gen/backend'
import { add, io, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'

/** Normal numbers of a key as a tensor. */
export function numbers(k: Key, shape: readonly number[], scale = 1): Tensor {
  const size = shape.reduce((product, n) => product * n, 1)
  const values = normalArray(k, 1, size).map((value) => scale * value)
  return tensor(values, [...shape])
}

/** Moves all weights off their initial values: the zero kernels of a fresh network hide everything behind them. */
export function perturb(network: LayersModel, k: Key): void {
  tidy(() => {
    const moved = network.weights.map((w, i) => add(w.read(), numbers(fold(k, i), w.shape as number[], 0.2)))
    network.setWeights(moved)
  })
}

/** Saves to JSON and bytes, as a file would hold them, and loads. */
export async function saveAndLoad(network: LayersModel): Promise<LayersModel> {
  let saved: io.ModelArtifacts | undefined
  const handler = io.withSaveHandler(async (artifacts) => {
    saved = artifacts
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
  })
  await network.save(handler)
  const { modelTopology, weightSpecs, weightData } = saved!
  const topology = JSON.parse(JSON.stringify(modelTopology))
  return loadLayersModel(io.fromMemory({ modelTopology: topology, weightSpecs, weightData } as io.ModelArtifacts))
}
