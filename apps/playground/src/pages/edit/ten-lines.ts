import { key, normal, useBackend } from '@gen/backend'
import { attributeDirection, moveBy, projectDirection } from '@gen/latent-tools'
import type { Tensor2D } from '@tensorflow/tfjs-core'

await useBackend()
const codes = normal(key(0), [1000, 64]) as Tensor2D // of images, by model.encode
const rows = await codes.array()
const glasses = rows.map(([a = 0]) => Number(a > 0)) // what you know of each image
const beard = rows.map(([a = 0, b = 0]) => Number(a + b > 0)) // leans on the first
const wanted = attributeDirection(codes, glasses, { method: 'logistic', key: key(1) })
const other = attributeDirection(codes, beard, { method: 'logistic', key: key(1) })
const alone = projectDirection(wanted, [other])
const edited = moveBy(codes, alone, 2) // images: model.decode(edited)
console.log(wanted.accuracy.heldOut, alone.cosines, edited.shape)
