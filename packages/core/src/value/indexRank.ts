/** The rank one below `N`; `number` where it is not known. */
export type Dec<N extends number> = number extends N ? number : N extends keyof Below ? Below[N] : number;
type Below = [never, 0, 1, 2, 3, 4, 5];

/** The rank one above `N`; `number` where it is not known. */
export type Inc<N extends number> = number extends N ? number : N extends keyof Above ? Above[N] : number;
type Above = [1, 2, 3, 4, 5, 6, number];

/**
 * The rank of `x.get(...index)` for an `x` of rank `N`: an integer takes an axis, `null` adds one, a slice or a list of
 * integers keeps it; `number` after text that is not a literal or is several items, or an array of unknown rank.
 */
export type IndexRank<N extends number, Items extends readonly unknown[]> = number extends N
  ? number
  : Items extends readonly [infer Item, ...infer Rest]
    ? IndexRank<RankAfter<N, Item>, Rest>
    : Items extends readonly []
      ? N
      : number;

type RankAfter<N extends number, Item> = Item extends number | bigint
  ? Dec<N>
  : Item extends null
    ? Inc<N>
    : Item extends { readonly kind: "slice" }
      ? N
      : Item extends string
        ? RankAfterText<N, Item>
        : Item extends { readonly ndim: 0 }
          ? Dec<N>
          : Item extends { readonly ndim: 1 } | readonly (number | bigint)[]
            ? N
            : number;

type RankAfterText<N extends number, Text extends string> = string extends Text
  ? number
  : Text extends `${string},${string}`
    ? number
    : Text extends `${string}:${string}` | "..."
      ? N
      : Text extends "None" | "newaxis"
        ? Inc<N>
        : number;
