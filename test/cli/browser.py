# SPDX-License-Identifier: BSL-1.0
"""A headless Chromium, which a test controls by the DevTools protocol over two pipes. The browser gets no network."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
import unittest

from support import LIMIT


def chromium():
    """The path of Chromium. Skips the test if it is not installed."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise unittest.SkipTest("chromium is not installed")


class Browser:
    """Messages are objects of JSON, each with a null byte at its end. Chromium reads them from descriptor 3 and writes
    them to descriptor 4."""

    def __init__(self, folder, dark=False, size=(1400, 1000)):
        read_end, self.to = os.pipe()
        self.from_browser, write_end = os.pipe()
        high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (read_end, write_end)]

        def connect():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [chromium(), "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--no-zygote", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
             "--disable-breakpad", "--proxy-server=127.0.0.1:9", "--hide-scrollbars", "--lang=en-US",
             f"--user-data-dir={folder}/chromium", f"--window-size={size[0]},{size[1]}",
             "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=connect,
            env={**os.environ, "HOME": folder, "TZ": "UTC"})
        for each in (read_end, write_end, *high):
            os.close(each)
        self.is_closed = False
        self.is_loaded = False
        self.received = b""
        self.number = 0
        self.session = None
        self.errors = []   # the exceptions of the page, and the errors and warnings in its log
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.requested = []

    def receive(self, end):
        """The next message of the browser."""
        while b"\0" not in self.received:
            if not select.select([self.from_browser], [], [], max(end - time.monotonic(), 0))[0]:
                raise AssertionError("the browser does not answer")
            got = os.read(self.from_browser, 1 << 20)
            if not got:
                raise AssertionError("the browser has ended")
            self.received += got
        message, _, self.received = self.received.partition(b"\0")
        return json.loads(message)

    def ask(self, method, **parameters):
        """Sends a command and returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + LIMIT
        while True:
            got = self.receive(end)
            if got.get("id") == self.number:
                if "error" in got:
                    raise AssertionError(f"{method}: {got['error']}")
                return got["result"]
            self.note(got)

    def note(self, event):
        about = event.get("params", {})
        if event["method"] == "Runtime.exceptionThrown":
            self.errors.append(about["exceptionDetails"])
        elif event["method"] == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.errors.append(about["entry"]["text"])
        elif event["method"] == "Page.loadEventFired":
            self.is_loaded = True
        elif event["method"] == "Network.requestWillBeSent":
            self.requested.append(about["request"]["url"])

    def evaluate(self, script):
        """The value of an expression of JavaScript in the page."""
        got = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise AssertionError(f"{script}: {got['exceptionDetails']}")
        return got["result"].get("value")

    def wait_for(self, script):
        """Waits until an expression of JavaScript is true, and returns its value."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if value := self.evaluate(script):
                return value
            time.sleep(0.02)
        raise AssertionError(f"never true: {script}")

    def open(self, path):
        # A script that is evaluated before the load event might run in the previous page.
        self.is_loaded = False
        self.ask("Page.navigate", url=f"file://{path}")
        end = time.monotonic() + LIMIT
        while not self.is_loaded:
            self.note(self.receive(end))
        self.wait_for("!!document.body.dataset.ready")

    def click(self, x, y, count=1):
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)

    def move(self, x, y):
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click_on(self, selector):
        """Clicks on the middle of an element, after scrolling to it."""
        x, y = self.evaluate(f"(e => {{ e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
                             f" return [b.x + b.width / 2, b.y + b.height / 2]; }})(document.querySelector({json.dumps(selector)}))")
        self.move(x, y)
        self.click(x, y)

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def screenshot(self, path, whole=False):
        got = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(got["data"]))

    def close(self):
        if self.is_closed:
            return
        self.is_closed = True
        if self.process.poll() is None:
            self.session = None
            try:
                self.ask("Browser.close")
                self.process.wait(LIMIT)
            except (AssertionError, OSError, subprocess.TimeoutExpired):
                self.process.kill()
                self.process.wait()
        os.close(self.to)
        os.close(self.from_browser)
