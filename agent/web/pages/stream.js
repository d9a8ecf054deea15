// Shows an answer while it is written. Without this file the page looks again by itself.
const running = document.getElementById("running");
if (running) {
  const written = document.getElementById("written");
  const step = document.getElementById("step");
  const source = new EventSource(running.dataset.stream);
  written.textContent = "";
  const add = (event) => { written.textContent += JSON.parse(event.data); };
  source.addEventListener("table", add);
  source.addEventListener("text", add);
  for (const kind of ["step", "note"]) {
    source.addEventListener(kind, (event) => { step.textContent = JSON.parse(event.data); });
  }
  source.addEventListener("over", () => { source.close(); location.reload(); });
  source.addEventListener("error", () => { source.close(); setTimeout(() => location.reload(), 3000); });
}
