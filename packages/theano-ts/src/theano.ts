import * as autodiff from "@theano-ts/autodiff";
import { grad, Lop, OpFromGraph, Rop, subgraphGrad } from "@theano-ts/autodiff";
import { Apply, asOp, config, In, Mode, OrderedUpdates, Out, PerformOp, withFlags } from "@theano-ts/core";
import { debugprint, minInformativeStr, Print, pp } from "@theano-ts/printing";
import { foldl, foldr, ifelse, map, reduce, scan, scanCheckpoints, until } from "@theano-ts/scan";
import { clone } from "./clone.ts";
import { compile, functionAsync } from "./function.ts";
import { Param } from "./param.ts";
import { shared } from "./shared.ts";
import { T } from "./T.ts";

/** Theano's `theano.gradient`: gradients, and expressions that have others than their own. */
export const gradient: typeof autodiff = autodiff;

/** Theano's `theano.printing`: graphs as text. Pictures of them are exports of their own, `graphSvg` and its kin. */
const printing: Theano["printing"] = { pp, debugprint, minInformativeStr, Print };

/** Theano's `theano`: what programs call by its full name. */
interface Theano {
  readonly function: typeof compile;
  readonly functionAsync: typeof functionAsync;
  readonly shared: typeof shared;
  readonly In: typeof In;
  readonly Out: typeof Out;
  readonly Mode: typeof Mode;
  readonly OrderedUpdates: typeof OrderedUpdates;
  /** @deprecated Use `In`. */
  readonly Param: typeof Param;
  readonly config: typeof config;
  readonly withFlags: typeof withFlags;
  readonly pp: typeof pp;
  readonly printing: {
    readonly pp: typeof pp;
    readonly debugprint: typeof debugprint;
    readonly minInformativeStr: typeof minInformativeStr;
    readonly Print: typeof Print;
  };
  readonly grad: typeof autodiff.grad;
  readonly Lop: typeof autodiff.Lop;
  readonly Rop: typeof autodiff.Rop;
  readonly gradient: typeof autodiff;
  readonly subgraphGrad: typeof autodiff.subgraphGrad;
  readonly scan: typeof scan;
  readonly scanCheckpoints: typeof scanCheckpoints;
  readonly ifelse: typeof ifelse;
  readonly map: typeof map;
  readonly reduce: typeof reduce;
  readonly foldl: typeof foldl;
  readonly foldr: typeof foldr;
  /** Theano's `theano.scan_module`. */
  readonly scanModule: { readonly until: typeof until };
  readonly clone: typeof clone;
  readonly Apply: typeof Apply;
  readonly Op: typeof PerformOp;
  readonly asOp: typeof asOp;
  readonly OpFromGraph: typeof autodiff.OpFromGraph;
  readonly tensor: typeof T;
}

/** Theano, by its own name. */
export const theano: Theano = {
  function: compile,
  functionAsync,
  shared,
  In,
  Out,
  Mode,
  OrderedUpdates,
  Param,
  config,
  withFlags,
  pp,
  printing,
  grad,
  Lop,
  Rop,
  gradient,
  subgraphGrad,
  scan,
  scanCheckpoints,
  ifelse,
  map,
  reduce,
  foldl,
  foldr,
  scanModule: { until },
  clone,
  Apply,
  Op: PerformOp,
  asOp,
  OpFromGraph,
  tensor: T,
};
