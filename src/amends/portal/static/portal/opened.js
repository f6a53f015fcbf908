// Says once that a person has opened the page: at the first real gesture, which no mail scanner makes.
(() => {
  const gestures = ["pointerdown", "pointermove", "touchstart", "touchmove", "keydown", "wheel"];
  const options = { capture: true, passive: true };
  const told = (event) => {
    if (!event.isTrusted || document.visibilityState !== "visible") return;
    gestures.forEach((name) => removeEventListener(name, told, options));
    fetch(location.pathname, { method: "POST", body: new URLSearchParams({ opened: "1" }), keepalive: true }).catch(() => {});
  };
  gestures.forEach((name) => addEventListener(name, told, options));
})();
