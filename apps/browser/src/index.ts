// Tests in a real browser: a site served from memory, a Chromium that opens it, and what its pages print and answer.

export { type BundleOptions, bundle } from "./bundle.ts";
export { type Chromium, describeInBrowser, type Tab } from "./chromium.ts";
export { isolated, type Site } from "./serve.ts";
export { buildWorkspace, root } from "./workspace.ts";
