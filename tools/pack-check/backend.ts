// The program of somebody who has core and the backend of somebody else.
import { javascript } from "@theano-ts/backend-template";
import { add, compile, exp, explain, shared, sum, tensorType } from "@theano-ts/core";

const backend = javascript();
const x = tensorType("float64", 1).makeVariable("x");
const w = shared([1, 2], { name: "w" });
const f = compile({ inputs: [x], outputs: sum(exp(x)), updates: [[w, add(w, x)]], backend, strict: true });
console.log(String(f([0, 0])), String(w.getValue()), explain(f).includes("on javascript"));
