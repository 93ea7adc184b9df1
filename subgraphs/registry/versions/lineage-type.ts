import { GraphQLJSON } from 'graphql-scalars'
import { Field, Float, GraphQLISODateTime, Int, ObjectType } from 'type-graphql'
import type { ModelCard } from '../../../shared/contract/card.js'
import { Immutable } from '../graph/immutable.js'

@Immutable()
@ObjectType({ description: 'How good a version is, measured.' })
export class Metric {
  @Field(() => String)
  name!: string

  @Field(() => Float)
  value!: number

  @Field(() => String, { description: '`heldOut`: rows the model has not seen; `crossValidation`.' })
  split!: string

  @Field(() => [Float], { nullable: true, description: '95 % confidence interval, where one was computed.' })
  interval?: readonly number[] | undefined
}

@Immutable()
@ObjectType()
export class Framework {
  @Field(() => String)
  name!: string

  @Field(() => String)
  version!: string
}

@Immutable()
@ObjectType({ description: 'Where a version comes from.' })
export class Lineage {
  constructor(
    private readonly card: ModelCard,
    private readonly commit: string | null,
  ) {}

  @Field(() => String)
  get datasetName(): string {
    return this.card.dataset.name
  }

  @Field(() => String)
  get datasetDescription(): string {
    return this.card.dataset.description
  }

  @Field(() => String)
  get datasetSource(): string {
    return this.card.dataset.source
  }

  @Field(() => Int)
  get datasetRows(): number {
    return this.card.dataset.rows
  }

  @Field(() => String, { description: "sha-256 of the data set's canonical CSV." })
  get datasetSha256(): string {
    return this.card.dataset.sha256
  }

  @Field(() => Boolean, { description: 'True where the data was simulated, false where it was measured.' })
  get synthetic(): boolean {
    return this.card.dataset.synthetic
  }

  @Field(() => String, { description: 'How rows were held out.' })
  get splitMethod(): string {
    return this.card.split.method
  }

  @Field(() => Int)
  get splitSeed(): number {
    return this.card.split.seed
  }

  @Field(() => Int)
  get trainRows(): number {
    return this.card.split.trainRows
  }

  @Field(() => Int)
  get heldOutRows(): number {
    return this.card.split.heldOutRows
  }

  @Field(() => String)
  get algorithm(): string {
    return this.card.training.algorithm
  }

  @Field(() => GraphQLJSON)
  get hyperparameters(): unknown {
    return this.card.training.hyperparameters
  }

  @Field(() => [Framework], { description: 'Libraries it was trained and exported with.' })
  get frameworks(): Framework[] {
    return Object.entries(this.card.training.frameworks).map(([name, version]) => ({ name, version }))
  }

  @Field(() => String, { description: 'The frameworks in one line: `python 3.11.2, scikit-learn 1.2.1`.' })
  get framework(): string {
    return this.frameworks.map(({ name, version }) => `${name} ${version}`).join(', ')
  }

  @Field(() => String, { description: 'The training script.' })
  get script(): string {
    return this.card.training.script
  }

  @Field(() => GraphQLISODateTime)
  get trainedAt(): Date {
    return new Date(this.card.training.trainedAt)
  }

  @Field(() => String, { nullable: true, description: 'Commit of the training code, when it was told.' })
  get codeCommit(): string | null {
    return this.commit
  }
}
