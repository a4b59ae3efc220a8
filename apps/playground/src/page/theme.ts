import { recall, remember } from "./memory.ts";

/** Makes `button` switch between light and dark, which is the system's choice until then. `changed` is told after each change. */
export function makeThemeSwitch(button: HTMLButtonElement, changed: () => void): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = (): void => {
    const { theme } = recall();
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    const isDark = theme ? theme === "dark" : dark.matches;
    button.setAttribute("aria-pressed", String(isDark));
    changed();
  };
  button.addEventListener("click", () => {
    const isDark = button.getAttribute("aria-pressed") === "true";
    remember({ theme: isDark ? "light" : "dark" });
    // Where nothing can be remembered, the page still changes.
    document.documentElement.dataset.theme = isDark ? "light" : "dark";
    button.setAttribute("aria-pressed", String(!isDark));
    changed();
  });
  dark.addEventListener("change", show);
  show();
}
