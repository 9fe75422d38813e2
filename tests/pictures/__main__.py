"""`make pictures`: what members see on both platforms, at 390 px, in light and dark, into `build/pictures/`.

HTML always; PNG, too, where there is a Chromium. All is drawn from what our renderers send.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from adapters.discord.forms import render_discord_form
from adapters.discord.render import render_discord_message
from adapters.slack.forms import render_slack_form
from adapters.slack.render import render_slack_home, render_slack_message
from bot.domain.messages import Card, Form, Page, Response
from tests.pictures.discord_html import DISCORD_CSS, discord_notification_text, discord_surface_html
from tests.pictures.scenes import PicturePlatform, SceneGroup, picture_scenes
from tests.pictures.slack_html import SLACK_CSS, slack_notification_text, slack_surface_html

PICTURES_FOLDER = Path(__file__).parents[2] / "build" / "pictures"
PHONE_PX = 390
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_CSS = """
body { margin: 0; padding: 16px; display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; background: #888 }
.scene { width: 390px } .title { font: 12px monospace; color: #fff; margin: 0 0 4px }
.frame { background: var(--paper); color: var(--ink); padding: 16px; border-radius: 8px; box-sizing: border-box;
  overflow-wrap: anywhere } .author { font-weight: 700 } small { font-weight: 400; opacity: .7 }
.notice { font: 13px/18px 'Noto Sans', sans-serif; background: #ddd; color: #111; border-radius: 12px; padding: 0 12px;
  border: 8px solid #ddd; border-width: 8px 0; max-height: 72px; overflow: hidden; white-space: pre-line;
  margin-bottom: 6px }
"""


@dataclass(frozen=True)
class PictureStyle:
    """How one platform draws."""

    platform: PicturePlatform
    css: str
    #: None: the platform has no such surface.
    render: Callable[[Response | Page], dict[str, Any] | None]
    to_html: Callable[[dict[str, Any]], str]
    to_notification: Callable[[dict[str, Any]], str]


def _render_for_slack(what: Response | Page) -> dict[str, Any] | None:
    if isinstance(what, Page):
        return render_slack_home(what)
    return render_slack_message(what) if isinstance(what, Card) else render_slack_form(what, "{}")


def _render_for_discord(what: Response | Page) -> dict[str, Any] | None:
    if isinstance(what, Form):
        return render_discord_form(what).to_dict()
    return render_discord_message(what).to_payload() if isinstance(what, Card) else None


PICTURE_STYLES = (
    PictureStyle(
        PicturePlatform("slack", "T0CLUB", "C0CLUB"),
        SLACK_CSS,
        _render_for_slack,
        slack_surface_html,
        slack_notification_text,
    ),
    PictureStyle(
        PicturePlatform("discord", "", "7001"),
        DISCORD_CSS,
        _render_for_discord,
        discord_surface_html,
        discord_notification_text,
    ),
)


def picture_page_html(style: PictureStyle, scenes: SceneGroup, theme: str, *, notifies: bool) -> str:
    """A page with a frame for each scene that the platform has. `notifies`: with what a locked phone shows above."""
    frames = "".join(_scene_frames(style, scenes, theme, notifies=notifies))
    head = f'<meta charset="utf-8"><title>{style.platform.name}</title><style>{PAGE_CSS}{style.css}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{frames}</body></html>" if frames else ""


def _scene_frames(style: PictureStyle, scenes: SceneGroup, theme: str, *, notifies: bool) -> Iterator[str]:
    for name, what in scenes.items():
        if (drawn := style.render(what)) is None:
            continue
        text = style.to_notification(drawn) if notifies else ""
        notice = f'<div class="notice"><b>stalemate</b>\n{escape(text)}</div>' if text else ""
        frame = f'<div class="frame">{style.to_html(drawn)}</div>'
        yield f'<div class="scene {theme}"><p class="title">{escape(name)}</p>{notice}{frame}</div>'


def write_picture_pages(folder: Path) -> list[Path]:
    """One page for each platform, group and theme."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for style in PICTURE_STYLES:
        for group, scenes in asyncio.run(picture_scenes(style.platform)).items():
            for theme in ("light", "dark"):
                if page := picture_page_html(style, scenes, theme, notifies=group == "reminders"):
                    pages.append(folder / f"{style.platform.name}-{group}-{theme}.html")
                    pages[-1].write_text(page, encoding="utf-8")
    return pages


def find_chromium() -> str:
    """The program, or "" where there is none."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")


def photograph(chromium: str, page: Path) -> None:
    """The page as a PNG beside it, four phones wide and as high as it is."""
    columns = min(4, page.read_text(encoding="utf-8").count('class="scene'))
    width = columns * (PHONE_PX + 16) + 16
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"]
        measuring = page.with_suffix(".measure.html")
        script = "<script>document.title = 'height ' + document.documentElement.scrollHeight</script></body>"
        measuring.write_text(page.read_text(encoding="utf-8").replace("</body>", script), encoding="utf-8")
        dom = _run_chromium([chromium, *options, f"--window-size={width},100", "--dump-dom", measuring.as_uri()])
        measuring.unlink()
        height = re.search(r"<title>height (\d+)</title>", dom)
        size = f"--window-size={width},{height[1] if height else 2000}"
        _run_chromium([chromium, *options, size, f"--screenshot={page.with_suffix('.png')}", page.as_uri()])


def _run_chromium(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def main() -> None:
    shutil.rmtree(PICTURES_FOLDER, ignore_errors=True)
    pages = write_picture_pages(PICTURES_FOLDER)
    chromium = find_chromium()
    for page in pages if chromium else ():
        photograph(chromium, page)
    kinds = "HTML and PNG" if chromium else "HTML alone: no Chromium was found"
    sys.stderr.write(f"{len(pages)} pages in {PICTURES_FOLDER} ({kinds})\n")


if __name__ == "__main__":
    main()
