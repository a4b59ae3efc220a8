/** Lets the mouse drag what scrolls in `view`; what was dragged is no click. Fingers scroll it by themselves. */
export function makeDraggable(view: HTMLElement): void {
  let from: { x: number; y: number; left: number; top: number } | undefined;
  let isMoved = false;
  view.addEventListener("pointerdown", ({ pointerType, button, clientX, clientY }) => {
    isMoved = false;
    if (pointerType !== "mouse" || button !== 0) return;
    from = { x: clientX, y: clientY, left: view.scrollLeft, top: view.scrollTop };
  });
  view.addEventListener("pointermove", ({ buttons, clientX, clientY, pointerId }) => {
    if (!from || buttons === 0) return;
    const [dx, dy] = [clientX - from.x, clientY - from.y];
    if (!isMoved && Math.hypot(dx, dy) < 4) return;
    if (!isMoved) view.setPointerCapture(pointerId);
    isMoved = true;
    view.classList.add("dragged");
    view.scrollLeft = from.left - dx;
    view.scrollTop = from.top - dy;
  });
  view.addEventListener("pointerup", () => {
    from = undefined;
    view.classList.remove("dragged");
  });
  view.addEventListener(
    "click",
    (event) => {
      if (isMoved) event.stopPropagation();
    },
    { capture: true },
  );
}
