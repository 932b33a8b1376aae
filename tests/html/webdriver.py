#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
"""A headless Chromium, driven over the WebDriver protocol.

Plain HTTP to chromedriver with nothing but the standard library.  Everything
the browser says on its console and every address that it asks for is kept.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Left": "\ue012",
        "Right": "\ue014"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Browser:
    def __init__(self, width=1400, height=1000):
        self.home = tempfile.mkdtemp(prefix="iplint-browser.")
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        environ = dict(os.environ, HOME=self.home)
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], env=environ,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = ""
        self.console = []
        self.requests = []
        try:
            self.start(width, height)
        except BaseException:
            self.close()
            raise

    def start(self, width, height):
        for _ in range(200):
            try:
                if self.call("GET", "/status")["ready"]:
                    break
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.05)
        args = ["--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--hide-scrollbars",
                "--disable-background-networking", "--disable-sync",
                "--no-first-run", f"--window-size={width},{height}",
                f"--user-data-dir={self.home}/profile"]
        options = {"args": args,
                   "perfLoggingPrefs": {"enableNetwork": True}}
        if shutil.which("chromium"):
            options["binary"] = shutil.which("chromium")
        answer = self.call("POST", "/session", {"capabilities": {
            "alwaysMatch": {
                "browserName": "chrome",
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL",
                                      "performance": "ALL"}}}})
        self.session = "/session/" + answer["sessionId"]
        self.open("about:blank")
        del self.console[:], self.requests[:]

    def close(self):
        try:
            if self.session:
                self.call("DELETE", self.session)
        except (OSError, RuntimeError):
            pass
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"},
            method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    # ---- what tests do ----

    def open(self, url):
        self.call("POST", self.session + "/url", {"url": url})
        self.collect()

    def url(self):
        return self.call("GET", self.session + "/url")

    def script(self, text, *args):
        """The value of a function's body; a promise is waited for."""
        return self.call("POST", self.session + "/execute/sync",
                         {"script": text, "args": list(args)})

    def find(self, css):
        return self.call("POST", self.session + "/element",
                         {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.call("POST", f"{self.session}/element/{self.find(css)}/click",
                  {})

    def type(self, css, text):
        self.call("POST", f"{self.session}/element/{self.find(css)}/value",
                  {"text": text})

    def press(self, *keys):
        actions = []
        for key in keys:
            for kind in ("keyDown", "keyUp"):
                actions.append({"type": kind, "value": KEYS.get(key, key)})
        self.call("POST", self.session + "/actions", {"actions": [
            {"type": "key", "id": "keys", "actions": actions}]})

    def hover(self, css):
        self.call("POST", self.session + "/actions", {"actions": [
            {"type": "pointer", "id": "mouse", "actions": [
                {"type": "pointerMove", "duration": 0, "x": 0, "y": 0,
                 "origin": {ELEMENT: self.find(css)}}]}]})

    def cdp(self, command, **params):
        return self.call("POST", self.session + "/goog/cdp/execute",
                         {"cmd": command, "params": params})

    def colors(self, scheme):
        """Prefer "light" or "dark"."""
        self.cdp("Emulation.setEmulatedMedia", media="", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def size(self, width, height, mobile=False):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width,
                 height=height, deviceScaleFactor=1, mobile=mobile)

    def screenshot(self):
        return base64.b64decode(
            self.call("GET", self.session + "/screenshot"))

    def collect(self):
        """Take over what was said and asked for since the last time."""
        for kind, entries in (("browser", self.console),
                              ("performance", self.requests)):
            for entry in self.call("POST", self.session + "/se/log",
                                   {"type": kind}):
                if kind == "browser":
                    entries.append(entry["message"])
                    continue
                message = json.loads(entry["message"])["message"]
                if message["method"] == "Network.requestWillBeSent":
                    entries.append(message["params"]["request"]["url"])
