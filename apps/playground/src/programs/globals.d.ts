// What programs find on the page beside what they import: see `worker/showing.ts`.
declare const plot: import("../worker/showing.ts").Showing["plot"];
declare const image: import("../worker/showing.ts").Showing["image"];
