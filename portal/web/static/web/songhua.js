/* Songhua: improves pages that work without it. */
(function () {
  "use strict";
  var doc = document;

  function focusProblem(root) {
    var box = root.querySelector("[data-focus]");
    if (box) { box.focus(); }
  }

  function showCopyButtons(root) {
    if (!navigator.clipboard) { return; }
    root.querySelectorAll("button[data-copy][hidden]").forEach(function (button) { button.hidden = false; });
  }

  /* What scrolls sideways must be reachable by keyboard, also where a browser does not see to it. */
  function reachScrollers(root) {
    root.querySelectorAll(".scroll:not([tabindex]), pre:not([tabindex])").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) { box.tabIndex = 0; }
    });
  }

  /* Rows of a formset: clone the <template data-row> of a table[data-rows=prefix]; the server's own button works without script. */
  function addRow(button) {
    var prefix = button.getAttribute("data-add-row");
    var table = doc.querySelector('[data-rows="' + prefix + '"]');
    var pattern = doc.querySelector('template[data-row="' + prefix + '"]');
    var total = doc.querySelector('input[name="' + prefix + '-TOTAL_FORMS"]');
    if (!table || !pattern || !total) { return false; }
    var number = parseInt(total.value, 10);
    var holder = doc.createElement("tbody");
    holder.innerHTML = pattern.innerHTML.replace(/__prefix__/g, String(number));
    var row = holder.firstElementChild;
    table.tBodies[0].appendChild(row);
    total.value = String(number + 1);
    var first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) { first.focus(); }
    return true;
  }

  /* Warn two minutes before the session ends; the time comes from the server. */
  function warnBeforeEnd() {
    var notice = doc.querySelector("[data-session-ends]");
    if (!notice) { return; }
    var seconds = parseInt(notice.getAttribute("data-session-ends"), 10);
    window.setTimeout(function () { notice.hidden = false; }, Math.max(0, seconds - 120) * 1000);
  }

  /* A second click on a submit button does not send the form twice. */
  function once(event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) { return; }
    if (form.getAttribute("data-sent") === "1") { event.preventDefault(); return; }
    form.setAttribute("data-sent", "1");
    window.setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
  }

  doc.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("button") : null;
    if (!button) { return; }
    if (button.hasAttribute("data-copy")) {
      var source = doc.getElementById(button.getAttribute("data-copy"));
      if (source) {
        navigator.clipboard.writeText(source.textContent.trim()).then(function () { button.classList.add("ok"); });
      }
    } else if (button.hasAttribute("data-add-row") && addRow(button)) {
      event.preventDefault();
    } else if (button.hasAttribute("data-print")) {
      window.print();
    }
  });
  doc.addEventListener("submit", once);
  doc.addEventListener("htmx:afterSwap", function (event) { focusProblem(event.target); showCopyButtons(event.target); reachScrollers(event.target); });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      doc.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
    }
  });

  doc.documentElement.setAttribute("data-script", "on");
  focusProblem(doc);
  showCopyButtons(doc);
  reachScrollers(doc);
  warnBeforeEnd();
}());
