// The worker that runs one program for the page.
import type { Message, RunRequest } from "../messages.ts";
import { runProgram } from "./run.ts";

const worker = globalThis as unknown as {
  postMessage(message: Message): void;
  onmessage: ((event: { readonly data: RunRequest }) => void) | null;
};

worker.onmessage = ({ data }) => {
  void runProgram(data, {
    // Beside this file in the built site, in a folder named as where packages are installed: by that the library tells
    // its own lines from those of the program.
    addresses: { "theano-ts": new URL("./theano-ts/dist/index.js", import.meta.url).href },
    load: (code) => import(URL.createObjectURL(new Blob([code], { type: "text/javascript" }))),
    send: (message) => worker.postMessage(message),
  });
};
