import type { FunctionMaker } from "./maker.ts";
import type { Argument, CompiledFunction, CopyOptions } from "./types.ts";

/** The function that a maker describes. */
export function makeCallable(maker: FunctionMaker): CompiledFunction {
  const computer = maker.link();
  // Which form the results take is settled once: a call only asks a function for it.
  const { present } = maker.form;
  const call = (...args: readonly Argument[]): unknown => present(computer.call(args));
  const members: Omit<CompiledFunction, "name"> = {
    maker,
    computer,
    async: async (...args) => present(await computer.callAsync(args)) as never,
    get: (key) => computer.arguments.find(key).value,
    set: (key, value) => {
      computer.arguments.find(key).value = value;
    },
    copy: (options: CopyOptions = {}) => makeCallable(maker.copy(options)) as never,
    free: () => computer.free(),
    get profile() {
      return computer.profile;
    },
    getShared: () => maker.shared,
    get trustInput() {
      return computer.arguments.trusted;
    },
    set trustInput(trusted) {
      computer.arguments.trusted = trusted;
    },
  };
  Object.defineProperties(call, Object.getOwnPropertyDescriptors(members));
  for (const [name, method] of Object.entries(maker.options.methods ?? {}))
    Object.defineProperty(call, name, {
      value: (...args: never[]) => method(call as unknown as CompiledFunction, ...args),
      configurable: true,
      writable: true,
    });
  Object.defineProperty(call, "name", { value: maker.options.name ?? "", configurable: true });
  return call as unknown as CompiledFunction;
}
