import { type ArrayInput, In, type InOptions, type Variable } from "@theano-ts/core";

/**
 * An input with a default value, as programs for old versions of Theano write it.
 *
 * @deprecated Use `In`, as Theano does since 0.8.
 */
export class Param<V extends Variable = Variable> extends In<V> {
  constructor(variable: V, options: InOptions & { readonly default?: ArrayInput } = {}) {
    const { default: value, ...rest } = options;
    super(variable, value === undefined ? rest : { value, ...rest });
  }
}
