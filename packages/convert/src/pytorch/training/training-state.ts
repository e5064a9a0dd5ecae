/** What a training goes on with, by PyTorch's names. @module */
import type { RawTensor } from '@gen/io'
import { type NamedWeight, peerRaw } from '../../weights/named-weight.ts'

/** `weights/…` and `slots/<player>/<slot>/<index>`, as checkpoints of `@gen/train` have them. */
export type TrainingTensors = Readonly<Record<string, RawTensor>>

interface Trained {
  readonly players: readonly { readonly name: string; variables(): NamedWeight['variable'][] }[]
}

/** Weights, moments and step of AdamW; nothing where a checkpoint is of another optimizer. */
export function trainingState(
  { players }: Trained,
  weights: Readonly<Record<string, NamedWeight>>,
  tensors: TrainingTensors,
  step: number,
): Record<string, RawTensor> | undefined {
  const places = new Map(Object.values(weights).map((weight) => [weight.variable, weight]))
  const moments = players.flatMap(({ name, variables }) =>
    variables().flatMap((variable, i) => {
      const weight = places.get(variable)
      return (['m', 'v'] as const).map((slot) => ({ as: slot, weight, raw: tensors[`slots/${name}/${slot}/${i}`] }))
    }),
  )
  const values = Object.entries(weights).map(([own, weight]) => ({
    as: 'weights',
    weight,
    raw: tensors[`weights/${own}`],
  }))
  const state: Record<string, RawTensor> = {
    step: { dtype: 'F32', shape: [], data: new Uint8Array(new Float32Array([step]).buffer) },
  }
  for (const { as, weight, raw } of [...values, ...moments]) {
    if (!weight || raw?.dtype !== 'F32') return undefined
    state[`${as}.${weight.name}`] = peerRaw(weight, raw.data)
  }
  return state
}
