"""How long it takes from pressing Enter in the widget until the reply is drawn, in a real browser on loopback.

    uv run --no-sync python -m benchmarks.web_reply [--turns 40]

Starts Medpath, opens the demo page in the system's Chromium and asks single questions, each in a conversation of its
own. A message counts from the key's event until after the frame in which the reply stood in the log. The question is
typed as fast as nobody types, a key every 30 ms, so that the browser has drawn one letter before the next: letters sent
all at once are still being drawn 200 ms after the last one, and the reply waits for them.
"""

from __future__ import annotations

import argparse
import shutil
import statistics

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.speed import QUESTIONS, medpath_started
from medpath.project import find_project

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
WARMING_UP = 5
BETWEEN_KEYS_MS = 30
# Runs in the page: looks frame by frame, from the key's event on, whether another reply stands in the conversation.
WATCH = """() => {
  const replies = root => [...root.querySelectorAll('*')].reduce(
    (sum, one) => sum + one.classList.contains('reply') + (one.shadowRoot ? replies(one.shadowRoot) : 0), 0)
  const widget = document.querySelector('medpath-chat-widget').shadowRoot
  window.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    const began = performance.now()
    const before = widget.drawn
    const look = () => replies(widget) > before ? done() : requestAnimationFrame(look)
    const done = () => setTimeout(() => window.medpathDone(performance.now() - began))
    requestAnimationFrame(look)
  }, true)
  window.medpathBegin = () => {
    widget.drawn = replies(widget)
    window.medpathTook = new Promise(resolve => { window.medpathDone = resolve })
  }
}"""


def took(page: Page, question: str) -> float:
    """Milliseconds of one message in a conversation of its own, from Enter to the frame with the reply."""
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("textbox", name="Your question").click()
    page.keyboard.type(question, delay=BETWEEN_KEYS_MS)
    page.evaluate("() => window.medpathBegin()")
    page.keyboard.press("Enter")
    return float(page.evaluate("() => window.medpathTook"))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=40)
    given = parser.parse_args()
    found = []
    with medpath_started(find_project()) as rest, sync_playwright() as playwright:
        url = rest.removesuffix("/webhooks/rest/webhook")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=QUIET, chromium_sandbox=False
        )
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("button", name="Open Medpath chat").click()
        expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
        page.evaluate(WATCH)
        for number in range(given.turns + WARMING_UP):
            milliseconds = took(page, QUESTIONS[number % len(QUESTIONS)])
            if number >= WARMING_UP:
                found.append(milliseconds)
            page.wait_for_timeout(100)
        browser.close()
    print(f"Enter to reply drawn, ms: median {statistics.median(found):.0f}, highest of {len(found)} {max(found):.0f}")


if __name__ == "__main__":
    main()
