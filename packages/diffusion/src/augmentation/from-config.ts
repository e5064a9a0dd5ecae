/** Augmentations from plain JSON. @module */
import { configFields, type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { flipKinds, type ImageAugmentation, imageAugmentation } from './image-augmentation.ts'

const { finite } = configFields

/** The augmentation whose `config` is given; throws a GenError `config` for what none of this package gives. */
export const augmentationFromConfig: Registry<ImageAugmentation> = registry('diffusion.diffusion', 'an augmentation', {
  image: registryEntry(
    { probability: finite, flips: v.picklist(flipKinds), scale: finite, stretch: finite, shift: finite },
    imageAugmentation,
  ),
})
