/* Sends the file of a form inside [data-tus] in blocks (tus 1.0): shows how far it is, pauses, goes on after a break. */
(function () {
  "use strict";
  var box = document.querySelector("[data-tus]");
  var form = box && box.querySelector("form");
  var panel = box && box.querySelector("[data-transfer]");
  if (!form || !panel || !window.localStorage) { return; }
  var base = box.getAttribute("data-tus");
  var block = parseInt(box.getAttribute("data-block"), 10);
  var prefix = "tus " + base + " ";
  var file, key, at, offset, request, tries, timer, begun, beginning;

  function part(name) { return panel.querySelector("[data-" + name + "]"); }
  function say(text) { part("say").textContent = text; }
  function told(name) { return panel.getAttribute("data-" + name); }

  function ask(method, url, headers, body, done, sent) {
    var asked = new XMLHttpRequest();
    asked.open(method, url);
    asked.setRequestHeader("Tus-Resumable", "1.0.0");
    asked.setRequestHeader("Accept", "application/json");
    asked.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    Object.keys(headers).forEach(function (name) { asked.setRequestHeader(name, headers[name]); });
    asked.onload = function () { done(asked); };
    asked.onerror = function () { done(asked); };
    if (sent) { asked.upload.onprogress = function (event) { sent(event.loaded); }; }
    asked.send(body);
    request = asked;
  }

  function show(bytes, size) {
    var percent = Math.floor(bytes * 100 / size);
    part("bar").value = percent;
    part("percent").textContent = percent + "%";
  }

  function state(name) {
    panel.setAttribute("data-state", name);
    panel.hidden = false;
    part("pause").hidden = name !== "sending";
    part("resume").hidden = name !== "paused";
    part("stop").hidden = name !== "starting" && name !== "sending" && name !== "paused";
    form.hidden = name !== "failed";
    if (told(name)) { say(told(name)); }
  }

  function fail(answer) {
    var text = "";
    try { text = JSON.parse(answer.responseText).detail; } catch (error) { /* no words came: ours stand */ }
    localStorage.removeItem(key);
    state("failed");
    say(text || told("failed"));
  }

  /* Give a broken connection five chances, each after a longer wait; then a person decides. */
  function again(answer) {
    if (answer.status && answer.status !== 409 && answer.status < 500) { fail(answer); return; }
    tries += 1;
    if (tries > 5) { state("paused"); return; }
    timer = window.setTimeout(find, 500 * tries * tries);
  }

  function watch() {
    ask("GET", at, {}, null, function (answer) {
      var known = answer.status === 200 ? JSON.parse(answer.responseText) : {};
      if (known.refusal) { fail({ responseText: JSON.stringify({ detail: known.refusal }) }); return; }
      if (known.page) { localStorage.removeItem(key); window.location.href = known.page; return; }
      timer = window.setTimeout(watch, 1000);
    });
  }

  function send() {
    show(offset, file.size);
    if (offset >= file.size) { state("whole"); watch(); return; }
    state("sending");
    var headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    ask("PATCH", at, headers, file.slice(offset, offset + block), function (answer) {
      var reached = parseInt(answer.getResponseHeader("Upload-Offset"), 10);
      if (answer.status !== 204 || reached <= offset) { again(answer.status === 204 ? {} : answer); return; }
      tries = 0;
      offset = reached;
      send();
    }, function (bytes) { show(Math.min(offset + bytes, file.size), file.size); });
  }

  function anew() { begun = Date.now().toString(36) + Math.random().toString(36).slice(1); }

  /* Announce the file. The key makes a repeat after a lost answer find what was begun, not begin another. */
  function begin() {
    var metadata = ["filename " + coded(file.name)];
    ["sheet", "tolerance", "mode", "note"].forEach(function (name) {
      var value = new FormData(form).get(name);
      if (value) { metadata.push(name + " " + coded(value)); }
    });
    var headers = { "Upload-Length": String(file.size), "Upload-Metadata": metadata.join(","), "Idempotency-Key": begun };
    var mine = begun;
    beginning = true;
    ask("POST", base, headers, null, function (answer) {
      if (mine !== begun) { if (answer.status === 201) { end(answer.getResponseHeader("Location")); } return; }
      beginning = false;
      if (answer.status !== 201) {
        if (answer.status === 0) { again(answer); } else { fail(answer); }
        return;
      }
      at = answer.getResponseHeader("Location");
      localStorage.setItem(key, at);
      offset = 0;
      send();
    });
  }

  function coded(text) {
    return btoa(String.fromCharCode.apply(null, new TextEncoder().encode(text)));
  }

  /* Ask from which byte on to send; what the server no longer knows begins anew. */
  function find() {
    at = localStorage.getItem(key);
    if (!at) { begin(); return; }
    ask("HEAD", at, {}, null, function (answer) {
      if (answer.status === 404) { localStorage.removeItem(key); anew(); begin(); return; }
      if (answer.status !== 200) { again(answer); return; }
      offset = parseInt(answer.getResponseHeader("Upload-Offset"), 10);
      send();
    });
  }

  function halt() {
    window.clearTimeout(timer);
    if (request) { request.abort(); }
  }

  function end(known) { ask("DELETE", known, {}, null, function () {}); }

  form.addEventListener("submit", function (event) {
    file = form.elements.file.files[0];
    if (!file || !file.size) { return; }
    event.preventDefault();
    key = prefix + [file.name, file.size, file.lastModified].join(" ");
    tries = 0;
    at = null;
    beginning = false;
    anew();
    part("name").textContent = file.name;
    state("starting");
    find();
  });
  part("pause").addEventListener("click", function () { halt(); state("paused"); part("resume").focus(); });
  part("resume").addEventListener("click", function () { tries = 0; state("sending"); find(); part("pause").focus(); });
  part("stop").addEventListener("click", function () {
    /* A file that is just being announced must be heard of first; then its own answer ends it. */
    if (!beginning) { halt(); }
    window.clearTimeout(timer);
    begun = "";
    localStorage.removeItem(key);
    state("failed");
    say(told("stopped"));
    form.elements.file.focus();
    if (at) { end(at); }
  });

  /* After a reload: name what is half there, so that the same file can be chosen again. */
  Object.keys(localStorage).filter(function (name) { return name.indexOf(prefix) === 0; }).forEach(function (name) {
    ask("GET", localStorage.getItem(name), {}, null, function (answer) {
      if (answer.status === 404) { localStorage.removeItem(name); return; }
      var known = answer.status === 200 ? JSON.parse(answer.responseText) : {};
      if (known.page || !known.length) { if (known.page) { localStorage.removeItem(name); } return; }
      part("name").textContent = known.name;
      show(known.offset, known.length);
      state("failed");
      say(told("left"));
    });
  });
}());
