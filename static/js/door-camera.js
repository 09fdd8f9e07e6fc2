// Read QR codes from the camera: by the browser's own BarcodeDetector where there is one, else by the reader in static/vendor.
(function () {
  "use strict";
  var door = window.tpbisDoor, EVERY = 150, WIDEST = 800;
  var stream = null, timer = null, reader = null;

  function own() {
    if (!("BarcodeDetector" in window)) { return Promise.resolve(null); }
    return window.BarcodeDetector.getSupportedFormats().then(function (formats) {
      if (formats.indexOf("qr_code") < 0) { return null; }
      var detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return function (picture) {
        return detector.detect(picture).then(function (found) { return found.length ? found[0].rawValue : ""; });
      };
    }).catch(function () { return null; });
  }
  function vendored(app) {
    return new Promise(function (resolve, reject) {
      if (window.ZXingWASM) { resolve(); return; }
      var script = document.createElement("script");
      script.src = app.dataset.reader;
      script.onload = resolve;
      script.onerror = reject;
      document.head.appendChild(script);
    }).then(function () {
      var given = { overrides: { locateFile: function () { return app.dataset.wasm; } }, fireImmediately: true };
      return window.ZXingWASM.prepareZXingModule(given);
    }).then(function () {
      return function (canvas) {
        var picture = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return window.ZXingWASM.readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1 })
          .then(function (found) { return found.length && found[0].isValid ? found[0].text : ""; });
      };
    });
  }
  function theReader(app) {
    reader = reader || own().then(function (found) { return found || vendored(app); });
    reader.catch(function () { reader = null; });
    return reader;
  }

  function start(app, video, onRead) {
    if (!navigator.mediaDevices) { return Promise.reject(new Error("no camera")); }
    return Promise.all([
      theReader(app),
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false })
    ]).then(function (both) {
      var read = both[0], canvas = document.createElement("canvas");
      stream = both[1];
      video.srcObject = stream;
      video.hidden = false;
      function look() {
        if (!stream) { return; }
        var scale = Math.min(1, WIDEST / (video.videoWidth || WIDEST));
        canvas.width = Math.round((video.videoWidth || 1) * scale);
        canvas.height = Math.round((video.videoHeight || 1) * scale);
        canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
        read(canvas).catch(function () { return ""; }).then(function (text) {
          if (text) { onRead(text); }
          timer = setTimeout(look, EVERY);
        });
      }
      return video.play().then(look);
    });
  }
  function stop(video) {
    clearTimeout(timer);
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
    stream = null;
    video.srcObject = null;
    video.hidden = true;
  }

  Object.assign(door, { camera: { start: start, stop: stop, on: function () { return stream !== null; } } });
}());
