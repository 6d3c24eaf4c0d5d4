"""Money is whole fen (分) everywhere; people read yuan (元)."""

from __future__ import annotations


def yuan(amount_fen: int) -> str:
    """Fen as people read them: '2000' or '2000.50'."""
    whole, rest = divmod(amount_fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
