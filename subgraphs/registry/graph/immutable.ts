import { Directive } from 'type-graphql'

/**
 * What never changes once it is published, and is the same for every caller who may ask: the gateway may answer it from
 * memory. On a type, all of its fields.
 */
export const Immutable = (): MethodDecorator & ClassDecorator => Directive('@tag(name: "immutable")') as never
