// Run before the first paint and not as a module, so that a chosen theme never flashes.
(() => {
  const KEY = "telemetry.theme";
  const known = ["light", "dark"];
  const chosen = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const apply = (theme) => {
    if (known.includes(theme)) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  apply(chosen());
  globalThis.telemetryTheme = {
    get current() {
      return document.documentElement.dataset.theme ?? "system";
    },
    choose(theme) {
      apply(theme);
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // Without storage it holds for this visit.
      }
    },
  };
})();
