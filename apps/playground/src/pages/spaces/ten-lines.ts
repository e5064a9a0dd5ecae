import { key, normal, useBackend } from '@gen/backend'
import { fitLinearMap, latentErrors, mapCodes, supportSet } from '@gen/latent-tools'
import { add, mul, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'

await useBackend()
// Any two models: openModel('runs/gan'), openModel('runs/vae'), or functions of your own.
const a = { latentSize: 16, decode: (z: Tensor2D) => reshape(z, [-1, 4, 4, 1]) }
const encode = (x: Tensor): Tensor2D => add(mul(reshape(x, [-1, 16]), 2), 1)
const b = { latentSize: 16, encode, decode: (z: Tensor2D) => reshape(add(mul(z, 0.5), -0.5), [-1, 4, 4, 1]) }
const support = await supportSet(a, b, { size: 64, key: key(0) }) // the same images in both
const map = fitLinearMap(support, { method: 'ridge', ridge: 0.1 })
const codes = normal(key(1), [50, 16]) as Tensor2D
const there = map.apply(codes) // images: b.decode(there)
console.log(latentErrors(mapCodes(map, await codes.array()), encode(a.decode(codes)).arraySync()).r2, there.shape)
