// On pages of the reference: one button that unfolds all source, remembered from page to page
document.addEventListener("DOMContentLoaded", () => {
  const folded = document.querySelectorAll("details.source");
  const place = document.querySelector(".contents-line");
  if (!folded.length || !place) return;
  const button = document.createElement("button");
  button.className = "show-source";
  const show = (open) => {
    folded.forEach((details) => { details.open = open; });
    button.textContent = open ? "Fold all source" : "Show all source";
    button.setAttribute("aria-pressed", open);
  };
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    localStorage.setItem("agropest-source", open);
    show(open);
  });
  show(localStorage.getItem("agropest-source") === "true");
  place.after(button);
});
