// What the builder of the site puts into the page.

/** The texts of the listed programs by their ids. */
declare const programTexts: Readonly<Record<string, string>>;
/** The names of the library. */
declare const libraryNames: import("./completions.ts").Names;
