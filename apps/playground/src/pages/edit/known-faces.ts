/** Faces that the page knows, located in its model. @module */
import { decodeSafetensors, type RawTensor, toArray } from '@gen/io'
import { writeWeights } from '@gen/train'
import type { Vae } from '@gen/vae'
import { faceJudge, type Judge } from '../../models/judge.ts'
import { shippedFile, shippedModel } from '../../models/shipped.ts'

/** Codes with the answers, 0 or 1, to all questions. */
export interface KnownFaces {
  readonly codes: readonly Float32Array[]
  readonly answers: readonly Float32Array[]
}

/** What the page opens. */
export interface FaceModels extends KnownFaces {
  readonly vae: Vae
  readonly judge: Judge
}

/** Fetches faces, model and judge. */
export async function openFaces(site: string): Promise<FaceModels> {
  const [codeBytes, judgeBytes] = await Promise.all([
    shippedFile(site, 'faces-codes.safetensors'),
    shippedFile(site, 'faces-judge.safetensors'),
  ])
  const { codes, answers } = decodeSafetensors(codeBytes).tensors
  const { own: vae } = await shippedModel(site, 'faces-vae', 'vae')
  const judge = faceJudge()
  writeWeights({ players: [{ name: 'judge', variables: judge.variables }] }, decodeSafetensors(judgeBytes).tensors)
  return { vae, judge, codes: rowsOf(codes!), answers: rowsOf(answers!) }
}

function rowsOf(raw: RawTensor): Float32Array[] {
  const [rows = 0, columns = 0] = raw.shape
  const values = Float32Array.from(toArray(raw) as Float32Array | Uint8Array)
  return Array.from({ length: rows }, (_, row) => values.slice(row * columns, (row + 1) * columns))
}
