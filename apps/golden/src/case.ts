// What records of what Theano 1.0.5 does have in them; files.ts reads them.

/** An array: its elements in row-major order, as JSON can write them. */
export interface TensorJson {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** An error that Theano raised. */
export interface ErrorJson {
  readonly class: string;
  readonly bases?: readonly string[];
  readonly gist: string;
}

/** Any node of a case whose form its keys tell. */
export type Json = Readonly<Record<string, unknown>>;

interface Common {
  readonly id: string;
  readonly rtol?: number;
  readonly atol?: number;
  readonly flags?: {
    readonly floatX?: "float32" | "float64";
    readonly compute_test_value?: "off" | "raise" | "warn" | "ignore";
  };
  readonly quirk?: boolean;
}

/** One operation on given values, and what came of it. */
export interface OpCase extends Common {
  readonly kind: "op";
  readonly op: string;
  readonly args: readonly unknown[];
  readonly kwargs?: Json;
  readonly types?: readonly string[];
  readonly out?: readonly Json[];
  readonly grad?: {
    readonly cot?: readonly (TensorJson | null)[];
    readonly wrt?: Readonly<Record<string, TensorJson>>;
    readonly raises?: ErrorJson;
  };
  readonly raises?: ErrorJson;
  readonly unordered?: number;
}

/** A small Python program, and what it showed. */
export interface ProgramCase extends Common {
  readonly kind: "program";
  readonly src: string;
  readonly steps: readonly Json[];
}

/** The course of a training run of one of the tutorials' models. */
export interface TraceCase extends Common {
  readonly kind: "trace";
  /** The model's name. */
  readonly program: string;
  /** Its sizes, rates and seeds. */
  readonly hyper: Json;
  readonly data: Readonly<Record<string, TensorJson>>;
  /** Its parameters before the first step, and after the last. */
  readonly init: Readonly<Record<string, TensorJson>>;
  readonly final: Readonly<Record<string, TensorJson>>;
  /** What each step took, and what it gave. */
  readonly trace: readonly Json[];
}

export type Case = OpCase | ProgramCase | TraceCase;

/** Cases of one subject. */
export interface Family {
  readonly name: string;
  readonly cases: readonly Case[];
}
