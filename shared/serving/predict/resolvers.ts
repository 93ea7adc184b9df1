import type { CachedModel } from '../cache/cached-model.js'
import type { SubgraphContext as Context } from '../context.js'
import { modelNames } from '../schema/names.js'
import { mergeResolvers, type Resolvers } from '../schema/resolvers.js'
import { vectorScalarsOf } from '../schema/vector-scalars.js'
import type { Model } from '../subgraph.js'
import { type EntityArguments, EntityLoader, type Representation } from './entity-loader.js'
import * as forms from './forms.js'
import { Predictor, type Serving } from './predictor.js'

/** Resolvers of all that follows from the models. Inputs stay plain objects: the contract checks and encodes them. */
export function predictionResolvers(
  models: readonly Model[],
  serving: Serving,
  cachedOf: (model: Model) => CachedModel | undefined = () => undefined,
): Resolvers {
  const scalars = models.length === 0 ? [] : vectorScalarsOf(models).map((scalar) => [scalar.name, scalar] as const)
  return models
    .map((model) => modelResolvers(model, serving, cachedOf(model)))
    .reduce(mergeResolvers, Object.fromEntries(scalars))
}

function modelResolvers(model: Model, serving: Serving, cached?: CachedModel): Resolvers {
  const names = modelNames(model.compiled.contract)
  const predictor = new Predictor(model.compiled, serving, cached)
  const formResolvers: Resolvers = {
    Query: {
      [names.one]: (_: unknown, args: forms.RowArguments, context: Context) =>
        forms.answerOne(predictor, args, context),
      [names.many]: (_: unknown, args: forms.ListArguments, context: Context) =>
        forms.answerMany(predictor, args, context),
      [names.columns]: (_: unknown, args: forms.ColumnArguments, context: Context) =>
        forms.answerColumns(predictor, args, context),
    },
    Mutation: {
      [names.batch]: (_: unknown, args: forms.ListArguments, context: Context) =>
        forms.answerBatch(predictor, args, context, serving.newId()),
    },
    [names.result]: {
      __resolveType: (row: object) => (row instanceof forms.RowError ? 'PredictionError' : names.output),
    },
  }
  return mergeResolvers(formResolvers, entityResolvers(model, predictor, serving.limits.rows))
}

function entityResolvers({ entity, compiled }: Model, predictor: Predictor, maxBlockRows: number): Resolvers {
  if (!entity) return {}
  const features = compiled.contract.input.features.map(({ name }) => name)
  const loader = new EntityLoader(predictor, entity.key, features, maxBlockRows)
  const field = (representation: Representation, args: EntityArguments, context: Context) =>
    loader.load(representation, args, context)
  return { [entity.type]: { [entity.field]: field } }
}
