import { type Axis, carry, carryValue, type Expr, type RealDType, type Reducer } from "@theano-ts/kernel";
import { scalarCarry } from "../emit/analysis.ts";
import type { Emitter } from "../emit/emitter.ts";
import { store as write } from "../emit/memoryAccess.ts";
import type { Target } from "../emit/needs.ts";
import { fromHalfBits } from "../emit/scalarOps.ts";
import { scalar } from "../emit/scope.ts";
import { loadOf, typeOf } from "../emit/types.ts";
import type { Store } from "./flatten.ts";

/** A scatter in terms of byte addresses. */
export interface FlatScatter {
  readonly axes: readonly Axis[];
  readonly store: Store;
  readonly where: Expr | undefined;
  readonly combine: Reducer | undefined;
}

/** The loops of a scatter, in index order. */
export function emitScatter({ axes, store, where, combine }: FlatScatter, emitter: Emitter): void {
  const c = emitter.code;
  const { dtype, address, value } = store;
  const written: Target[] = [value, address].map((e) => ({ e, form: scalar, certain: where === undefined }));
  const wanted: Target[] = where ? [{ e: where, form: scalar }, ...written] : written;
  emitter.nest(axes, wanted, () => {
    if (where) {
      emitter.ensure([{ e: where, form: scalar }]);
      emitter.push(where, scalar);
      c.if();
    }
    emitter.within(() => {
      emitter.ensure([value, address].map((e) => ({ e, form: scalar })));
      if (combine) combineWithOld(emitter, dtype, address, value, combine);
      else write(emitter, dtype, address, value, scalar);
    });
    if (where) c.end();
  });
}

function combineWithOld(
  emitter: Emitter,
  dtype: RealDType,
  address: Expr,
  value: Expr,
  combine: Reducer,
): void {
  const c = emitter.code;
  const old = carry(dtype);
  emitter.analysis.declare(old, scalarCarry);
  const local = c.local(typeOf(dtype));
  emitter.push(address, scalar);
  c.memory(loadOf(dtype));
  if (dtype === "float16") fromHalfBits(c);
  c.set(local);
  emitter.scope.bind(carryValue(old), scalar, [local]);
  const [both] = combine.combine([carryValue(old)], [value]) as [Expr];
  emitter.ensure([{ e: both, form: scalar }]);
  write(emitter, dtype, address, both, scalar);
}
