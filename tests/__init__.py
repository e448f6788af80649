"""Every test of the project; `support/` lists who helps them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "vectors"  # upstream bytes, and what they mean
