/** Files: safetensors, npy and npz, PNG, image grids, model cards. Runs in Node and in the browser. @module */

export { type GunzipOptions, gunzip, isGzip } from './gzip/gunzip.ts'
export { type ModelCard, modelCard } from './model-card.ts'
export { decodeNpy, encodeNpy } from './numpy/npy.ts'
export { type DecodeNpzOptions, decodeNpz, type EncodeNpzOptions, encodeNpz } from './numpy/npz.ts'
export { exifOrientation } from './pictures/exif.ts'
export { type GridOptions, grid } from './pictures/grid.ts'
export { type DecodePngOptions, decodePng, encodePng, type Pixels, readPng } from './pictures/png.ts'
export { isPng } from './pictures/png-chunks.ts'
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors/safetensors.ts'
export type { Dtype } from './tensors/dtype.ts'
export { type RawTensor, readRaw } from './tensors/raw-tensor.ts'
export { type RawArray, toArray, toTensor } from './tensors/to-tensor.ts'
