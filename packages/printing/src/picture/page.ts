/** The looks of the page that `graphHtml` makes. */
export const style = `
* { box-sizing: border-box }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; color: #222;
  font: 13px "DejaVu Sans", Verdana, Arial, sans-serif }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 6px 12px; border-bottom: 1px solid #ccc }
h1 { font-size: 15px; margin: 0 }
h2 { font-size: 12px; margin: 0; padding: 4px 10px; color: #555; background: #f4f4f4 }
header p { margin: 0 0 0 auto; color: #777; font-size: 11px }
main { flex: 1; display: flex; min-height: 0 }
section { flex: 1; display: flex; flex-direction: column; min-width: 0; overflow: auto; border-left: 1px solid #ccc }
section:first-child { border-left: 0 }
.view { flex: 1 0 300px; overflow: hidden; cursor: grab; touch-action: none }
.view svg { display: block; width: 100%; height: 100% }
details { border-top: 1px solid #ccc }
details .view { height: 320px }
summary { padding: 4px 10px; cursor: pointer; background: #faf7ee }
.node { cursor: pointer }
svg.chosen .node, svg.chosen .edge { opacity: 0.15 }
svg.chosen .node.on, svg.chosen .edge.on { opacity: 1 }
.node.before rect { stroke: #0055cc; stroke-width: 2.4 }
.node.after rect { stroke: #cc4400; stroke-width: 2.4 }
.node.self rect { stroke: #000; stroke-width: 3 }
.edge.on path { stroke: #444 }
#tip { position: fixed; display: none; max-width: 60ch; padding: 6px 9px; white-space: pre-wrap; overflow-wrap: anywhere;
  background: #222; color: #fff; border-radius: 4px; font-size: 12px; pointer-events: none; z-index: 1 }
`;

/** What the page does: dragging moves, the wheel magnifies, a click chooses a box with all before and after it. */
export const script = `
"use strict";
const tip = document.getElementById("tip");
for (const view of document.querySelectorAll(".view")) {
  const svg = view.querySelector("svg");
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  let [x, y, width, height] = whole;
  const show = () => svg.setAttribute("viewBox", [x, y, width, height].join(" "));
  // How many units of the picture a pixel is, and where in the picture the pointer is.
  const scale = () => Math.max(width / svg.clientWidth, height / svg.clientHeight);
  const place = (event) => {
    const { left, top } = svg.getBoundingClientRect();
    const s = scale();
    return [
      x + width / 2 + (event.clientX - left - svg.clientWidth / 2) * s,
      y + height / 2 + (event.clientY - top - svg.clientHeight / 2) * s,
    ];
  };
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const [px, py] = place(event);
    const factor = Math.min(Math.max(Math.exp(event.deltaY * 0.0015), whole[2] / width / 50), 8 * whole[2] / width);
    x = px + (x - px) * factor;
    y = py + (y - py) * factor;
    width *= factor;
    height *= factor;
    show();
  }, { passive: false });
  let from = null;
  let moved = false;
  view.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY];
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [dx, dy] = [event.clientX - from[0], event.clientY - from[1]];
    if (!moved && Math.hypot(dx, dy) < 4) return;
    moved = true;
    const s = scale();
    x -= dx * s;
    y -= dy * s;
    from = [event.clientX, event.clientY];
    show();
  });
  window.addEventListener("pointerup", () => { from = null; });
  const nodes = [...svg.querySelectorAll(".node")];
  const edges = [...svg.querySelectorAll(".edge")];
  const reached = (start, near, far) => {
    const next = new Map();
    for (const { dataset } of edges) next.set(dataset[near], [...(next.get(dataset[near]) ?? []), dataset[far]]);
    const found = new Set();
    const waiting = [start];
    while (waiting.length > 0)
      for (const node of next.get(waiting.pop()) ?? []) if (!found.has(node)) waiting.push(node), found.add(node);
    return found;
  };
  const choose = (chosen) => {
    svg.classList.toggle("chosen", chosen !== undefined);
    const before = reached(chosen, "to", "from");
    const after = reached(chosen, "from", "to");
    const among = (set, node) => node === chosen || set.has(node);
    for (const { classList, dataset } of nodes) {
      classList.toggle("before", before.has(dataset.node));
      classList.toggle("after", after.has(dataset.node));
      classList.toggle("self", dataset.node === chosen);
      classList.toggle("on", among(before, dataset.node) || after.has(dataset.node));
    }
    for (const { classList, dataset: { from, to } } of edges)
      classList.toggle("on", (among(before, from) && among(before, to)) || (among(after, from) && among(after, to)));
  };
  view.addEventListener("click", (event) => {
    if (!moved) choose(event.target.closest(".node")?.dataset.node);
  });
  view.addEventListener("dblclick", (event) => {
    const inner = event.target.closest(".node")?.dataset.inner;
    const details = inner && view.closest("section").querySelector('details[data-inner="' + inner + '"]');
    if (!details) return;
    details.open = true;
    details.scrollIntoView({ behavior: "smooth" });
  });
  view.addEventListener("pointerover", (event) => {
    const node = event.target.closest(".node");
    tip.style.display = node ? "block" : "none";
    if (node) tip.textContent = node.dataset.details;
  });
  view.addEventListener("pointermove", (event) => {
    tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + "px";
  });
  view.addEventListener("pointerleave", () => { tip.style.display = "none"; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    choose(undefined);
    [x, y, width, height] = whole;
    show();
  });
}
`;
