/**
 * Makes the buttons of a tab list choose among its panels, by the pointer or by the arrow keys, Home and End, after the
 * pattern of the ARIA Authoring Practices. `chosen` is told which panel is shown.
 */
export function makeTabs(list: HTMLElement, chosen: (panel: HTMLElement) => void): (id: string) => void {
  const tabs = [...list.querySelectorAll<HTMLElement>("[role=tab]")];
  const panelOf = (tab: HTMLElement): HTMLElement =>
    document.getElementById(tab.getAttribute("aria-controls") ?? "") as HTMLElement;
  const choose = (tab: HTMLElement): void => {
    for (const t of tabs) {
      const isChosen = t === tab;
      t.setAttribute("aria-selected", String(isChosen));
      t.tabIndex = isChosen ? 0 : -1;
      panelOf(t).hidden = !isChosen;
    }
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    chosen(panelOf(tab));
  };
  const moves: Readonly<Record<string, (i: number) => number>> = {
    ArrowRight: (i) => i + 1,
    ArrowLeft: (i) => i - 1,
    Home: () => 0,
    End: () => tabs.length - 1,
  };
  for (const [i, tab] of tabs.entries()) {
    // So that the arrow keys scroll it.
    panelOf(tab).tabIndex = 0;
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      const next = tabs[(move(i) + tabs.length) % tabs.length] as HTMLElement;
      choose(next);
      next.focus();
    });
  }
  choose(tabs[0] as HTMLElement);
  return (id) => {
    const tab = tabs.find((t) => t.getAttribute("aria-controls") === id);
    if (tab) choose(tab);
  };
}
