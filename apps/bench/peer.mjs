// For a benchmark that times several libraries side by side, each in a process of its own: copy this beside its other
// peers, and set OURS to the address of this app's dist/programs.js. The library's start is timed as `init`.
import { servePeer, Unsupported } from "../lib/peer.mjs";

let programs;
servePeer({
  name: "theano-ts",
  version: "0.1.0",
  async init() {
    programs = await import(process.env.OURS);
    return { threads: 1, backend: "cpu" };
  },
  async make(task, data) {
    const instance = programs.make(task, data);
    if (!instance) throw new Unsupported(task.family);
    return instance;
  },
});
