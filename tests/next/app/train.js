import { adamW, diffusion, fit, key, last, normal, pointDenoiser, useBackend } from '@gen/diffusion'

/** In a function, for Next's workers know no `await` outside of one. */
async function train() {
  const { name, threads } = await useBackend()
  const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
  const data = { at: (i) => ({ x: normal(key(i), [64, 2]) }) }
  await last(fit(model, data, { steps: 20, optimizer: adamW({ learningRate: 3e-3 }), key: key(1) }))
  const samples = await model.sample({ count: 3, key: key(2) })
  postMessage({ name, threads, shape: samples.shape, finite: (await samples.data()).every(Number.isFinite) })
}

train().catch((error) => {
  setTimeout(() => {
    throw error
  })
})
