/** Files and models that come with the site; fetched when a page first needs them. @module */
import { type OpenedModel, openModel } from '@gen/open'

const kept = new Map<string, Promise<Uint8Array>>()

/** The bytes of a file in `models/`, fetched once; what failed is tried again. */
export function shippedFile(site: string, name: string): Promise<Uint8Array> {
  const url = new URL(`models/${name}`, site).href
  const bytes = kept.get(url) ?? fetched(url, name)
  kept.set(url, bytes)
  bytes.catch(() => kept.delete(url))
  return bytes
}

async function fetched(url: string, name: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new Error(`models/${name} could not be fetched; begin again once there is a network`, { cause: error })
  })
  if (!response.ok) throw new Error(`models/${name} could not be fetched: the site answers ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

type ModelOf<F> = Extract<OpenedModel, { readonly family: F }>

/** A model in `models/`, made anew: whoever opens it disposes it. */
export async function shippedModel<F extends OpenedModel['family']>(
  site: string,
  name: string,
  family: F,
): Promise<ModelOf<F>> {
  const opened = await openModel((file) => shippedFile(site, `${name}/${file}`))
  if (isOf(opened, family)) return opened
  opened.model.dispose()
  throw new Error(`models/${name}: expected a model of the family ${family}, got ${opened.family}`)
}

function isOf<F extends OpenedModel['family']>(opened: OpenedModel, family: F): opened is ModelOf<F> {
  return opened.family === family
}
