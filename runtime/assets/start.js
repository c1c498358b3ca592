"use strict";
const choice = document.getElementById("document");
const show = () => SwaggerUIBundle({
  url: choice.value,
  dom_id: "#page",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  queryConfigEnabled: false,
  presets: [SwaggerUIBundle.presets.apis],
});
choice.addEventListener("change", show);
show();
