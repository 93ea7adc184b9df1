import { type ASTVisitor, GraphQLError, type ValidationContext, type ValueNode } from 'graphql'

/**
 * Validation rule: a number written in the document must be finite. GraphQL allows `1e400`, which no double can hold:
 * it would reach a model as infinity.
 */
export function FiniteLiteralsRule(context: ValidationContext): ASTVisitor {
  const check = (node: ValueNode & { value: string }): void => {
    if (Number.isFinite(Number(node.value))) return
    context.reportError(new GraphQLError('A number in the document is too large to represent.', { nodes: node }))
  }
  return { FloatValue: check, IntValue: check }
}
