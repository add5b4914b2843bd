const stream = new EventSource("/telemetry/api/stream");
stream.addEventListener("overview", (event) => {
  document.getElementById("page").textContent = event.data;
});
