"""How long it takes from pressing Enter in the widget until the reply is drawn, in a real browser on loopback.

    uv run --no-sync python benchmarks/web_reply.py [--turns 40]

Starts Medpath, opens the demo page in the system's Chromium and asks single questions in one conversation after
another; a message counts until the frame after the one in which the reply stood in the log.
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
# Runs in the page: the time from the key's event to the frame after the reply was added.
WATCH = """() => {
  const log = window.medpathLog = (function find(root) {
    for (const one of root.querySelectorAll('*')) {
      if (one.getAttribute('role') === 'log') return one
      const inside = one.shadowRoot && find(one.shadowRoot)
      if (inside) return inside
    }
  })(document)
  window.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    const began = performance.now()
    const before = count(log)
    const observer = new MutationObserver(() => {
      if (count(log) === before) return
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(() => { window.medpathTook = performance.now() - began }))
    })
    observer.observe(log, {childList: true, subtree: true})
  }, true)
  function count(root) { return root.querySelectorAll('medpath-reply').length }
}"""


def took(page: Page, question: str) -> float:
    """Milliseconds of one message."""
    page.evaluate("window.medpathTook = 0")
    page.get_by_role("textbox", name="Your question").click()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.wait_for_function("window.medpathTook > 0", polling=5)
    return float(page.evaluate("window.medpathTook"))


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
            if number % len(QUESTIONS) == 0 and number:
                page.get_by_role("button", name="Start over").click()
                page.wait_for_timeout(500)
            milliseconds = took(page, QUESTIONS[number % len(QUESTIONS)])
            if number >= WARMING_UP:
                found.append(milliseconds)
            page.wait_for_timeout(100)
        browser.close()
    print(f"Enter to reply drawn, ms: median {statistics.median(found):.0f}, highest of {len(found)} {max(found):.0f}")


if __name__ == "__main__":
    main()
