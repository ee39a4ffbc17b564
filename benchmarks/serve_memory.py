"""What searches by meaning add to the memory of `serve`: words first, then meaning, one at a time and eight at once.

    uv run python benchmarks/serve_memory.py ARCHIVE "a text" ["another" ...]

Megabytes over all processes of `serve`: `settled` is their proportional set size after the searches, `peak` the highest
resident size that each ever had, which counts what is mapped of files, too.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

PORT = 8_791
AT_ONCE = 8
COMMAND = "from newscrawler.cli import main; main()"


def tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += tree(int(child))
    return found


def _kilobytes(pid: int, file: str, name: str) -> int:
    return int(re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{pid}/{file}").read_text(), re.MULTILINE)[1])


def memory(pid: int) -> dict[str, float]:
    every = tree(pid)
    return {
        "settled": sum(_kilobytes(each, "smaps_rollup", "Pss") for each in every) / 1024,
        "peak": sum(_kilobytes(each, "status", "VmHWM") for each in every) / 1024,
    }


def ask(q: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/search?q={quote(q)}", timeout=120) as answer:
        return answer.read()


def added(folder: Path, texts: list[str]) -> dict[str, float]:
    """What searches for some texts add to what `serve` has after searches for words, in megabytes."""
    words = [sys.executable, "-c", COMMAND, "serve", "--archive", str(folder), "--port", str(PORT)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(240):
            try:
                ask("minister")
                break
            except urllib.error.URLError:
                time.sleep(0.5)
        for q in ("talks", "talks OR minister", "lang:de"):
            ask(q)
        before = memory(process.pid)
        plain = [text.replace('"', " ") for text in texts]
        for text in plain:
            ask(f'like:"{text}"')
        one = memory(process.pid)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(ask, [f'like:"{text} {number}"' for number in range(3) for text in plain]))
        many = memory(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    return {
        "words_mb": round(before["settled"], 1),
        "added_mb": round(one["settled"] - before["settled"], 1),
        "added_at_once_mb": round(many["settled"] - before["settled"], 1),
        "peak_mb": round(one["peak"] - before["peak"], 1),
        "peak_at_once_mb": round(many["peak"] - before["peak"], 1),
    }


if __name__ == "__main__":
    print(json.dumps(added(Path(sys.argv[1]), sys.argv[2:])))
