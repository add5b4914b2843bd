const source = document.querySelector("meta[name=openapi]").content;
const description = await (await fetch(source)).json();
document.getElementById("docs").textContent = JSON.stringify(description, null, 2);
