import type { Apply } from "../graph/apply.ts";

/** Thrown for an application that no program can be made of: the host must run it, or a loop that it is in. */
export class NotPlanned extends Error {
  readonly node: Apply;
  constructor(node: Apply) {
    super(`internal: ${node.op} has no meaning that a program can have`);
    this.name = "NotPlanned";
    this.node = node;
  }
}
