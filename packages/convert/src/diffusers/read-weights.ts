/** The weights of a folder of diffusers: one safetensors file, or shards with an index. @module */
import { refusal } from '@gen/backend'
import { decodeSafetensors, type RawTensor } from '@gen/io'
import { type FileReader, readJson } from './files.ts'

const stem = 'diffusion_pytorch_model'

/**
 * The weights by name, whose bytes are views into the files.
 *
 * @throws GenError `file` for weights that are missing, pickled, broken, or in another shard than the index says.
 */
export async function readPeerWeights(
  where: string,
  read: FileReader,
  folder = '',
): Promise<Record<string, RawTensor>> {
  for (const variant of ['', '.fp16', '.bf16']) {
    const bytes = await read(`${folder}${stem}${variant}.safetensors`)
    if (bytes) return renamed(decodeSafetensors(bytes).tensors)
    const index = await readJson(where, read, `${folder}${stem}.safetensors.index${variant}.json`)
    if (index) return renamed(await readShards(where, read, folder, index))
  }
  await refusePickle(where, read, folder)
  throw refusal('file', where, { expected: `${folder}${stem}.safetensors`, got: 'no such file' })
}

async function readShards(
  where: string,
  read: FileReader,
  folder: string,
  { weight_map }: Readonly<Record<string, unknown>>,
): Promise<Record<string, RawTensor>> {
  if (typeof weight_map !== 'object' || weight_map === null || Array.isArray(weight_map)) {
    throw refusal('file', where, { expected: 'an index with a weight_map', got: typeof weight_map })
  }
  const entries = Object.entries(weight_map as Record<string, unknown>)
  const shards = new Map<string, Record<string, RawTensor>>()
  const tensors: [string, RawTensor][] = []
  for (const [name, shard] of entries) {
    if (typeof shard !== 'string' || !/^[\w.-]+\.safetensors$/.test(shard)) {
      throw refusal('file', where, {
        expected: 'shards by the names of files beside the index',
        got: JSON.stringify(shard),
      })
    }
    const known = shards.get(shard) ?? (await readShard(where, read, `${folder}${shard}`))
    shards.set(shard, known)
    if (!Object.hasOwn(known, name)) {
      throw refusal('file', where, { expected: `${name} in ${shard}, as the index says`, got: 'none' })
    }
    tensors.push([name, known[name]!])
  }
  return Object.fromEntries(tensors)
}

async function readShard(where: string, read: FileReader, name: string): Promise<Record<string, RawTensor>> {
  const bytes = await read(name)
  if (bytes) return decodeSafetensors(bytes).tensors
  throw refusal('file', where, { expected: `the shard ${name}, which the index names`, got: 'no such file' })
}

/** A pickle runs whatever code is in it, so none is read. */
async function refusePickle(where: string, read: FileReader, folder: string): Promise<void> {
  for (const ending of ['.bin', '.fp16.bin', '.bin.index.json']) {
    const name = `${folder}${stem}${ending}`
    if ((await read(name)) === undefined) continue
    const line = `from diffusers import AutoModel; AutoModel.from_pretrained('in', use_safetensors=False).save_pretrained('out')`
    const remedy = `in Python, where you trust the file: ${line}`
    throw refusal('file', where, {
      expected: 'safetensors',
      got: `${name}, a pickle, which can run code when read`,
      remedy,
    })
  }
}

/** How older files call the maps of attention. */
const olderNames: Readonly<Record<string, string>> = {
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_attn: 'to_out.0',
}

function renamed(tensors: Readonly<Record<string, RawTensor>>): Record<string, RawTensor> {
  const newer = (name: string) =>
    name.replace(/(attentions\.\d+\.)(query|key|value|proj_attn)\./, (_, before, old) => `${before}${olderNames[old]}.`)
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [newer(name), tensor]))
}
