document.body.textContent = "Clawdia";
