"""One picture of the records: how latency grows with the archive, and how fast the encoder is against the original."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ACCENT, INK, PALE = "#b5446e", "#333333", "#b8b8b8"


def draw(records: Sequence[Path], out: Path) -> None:
    """Draw what the records of ``size`` and ``encode`` hold."""
    import matplotlib as mpl

    mpl.use("svg" if out.suffix == ".svg" else "agg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "kindsearch", "font.size": 10, "text.color": INK, "axes.edgecolor": PALE})
    read = [json.loads(path.read_text(encoding="utf-8")) for path in records]
    sizes = sorted((r["figures"] for r in read if r["benchmark"] == "size"), key=lambda size: int(size["passages"]))
    encode = next((r["figures"] for r in read if r["benchmark"] == "encode"), None)
    panels: list[Callable[[Any], None]] = []
    if sizes:
        panels.append(lambda on: _latencies(on, sizes))
    if encode is not None:
        panels.append(lambda on: _ratios(on, encode))
    figure, axes = plt.subplots(1, len(panels), figsize=(5.2 * len(panels), 3.6), squeeze=False, layout="constrained")
    for panel, on in zip(panels, axes[0], strict=True):
        on.spines[["top", "right"]].set_visible(False)
        panel(on)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, facecolor="white", dpi=160, metadata={"Date": None} if out.suffix == ".svg" else None)


def _latencies(on: Any, sizes: list[dict[str, Any]]) -> None:
    passages = [size["passages"] for size in sizes]
    for name, colour in (("search", ACCENT), ("ask", INK)):
        of_name = [size["answering"][name] for size in sizes]
        if all(of_name):
            on.plot(passages, [one["median_ms"] for one in of_name], "o-", color=colour, label=f"{name}, median")
            on.plot(passages, [one["p95_ms"] for one in of_name], "o:", color=colour, label=f"{name}, 95th percentile")
    on.set(xscale="log", xlabel="passages", ylabel="milliseconds", title="A question, whole")
    on.set_ylim(bottom=0)
    on.set_xticks(passages, [f"{count:,}" for count in passages])
    on.minorticks_off()
    on.legend(frameon=False)


def _ratios(on: Any, encode: dict[str, Any]) -> None:
    forms = list(reversed(encode["forms"]))
    for shift, name, label, colour in (
        (0.2, "times_passages", "passages a second", ACCENT),
        (-0.2, "times_query", "one question", PALE),
    ):
        bars = on.barh([row + shift for row in range(len(forms))], [form[name] for form in forms], 0.36, color=colour)
        bars.set_label(label)
        on.bar_label(bars, fmt="%.1f ×", padding=3)
    on.set_yticks(range(len(forms)), [form["form"] for form in forms])
    on.set(xlabel="times as fast as the original", title="Encoding")
    on.margins(x=0.15)
    on.legend(frameon=False, loc="lower right")
