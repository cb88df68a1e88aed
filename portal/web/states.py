"""Which color and sign a state code wears; an unknown code is neutral."""

_TONES: dict[str, frozenset[str]] = {
    "ok": frozenset(
        {
            "published",
            "approved",
            "valid",
            "active",
            "delivered",
            "granted",
            "open",
            "answered",
            "accepted",
            "ready",
            "resolved",
            "opened",
            "done",
            "completed",
            "succeeded",
            "sound",
            "fulfilled",
            "corrected",
            "unconditional",
            "excellent",
            "good",
            "closed",
            "in_force",
            "finished",
            "carried_out",
            "agreed",
            "current",
            "applied",
            "01",
        }
    ),
    "warn": frozenset(
        {
            "submitted",
            "consented",
            "reviewing",
            "in_review",
            "pending",
            "waiting",
            "supplement",
            "returned",
            "withheld",
            "suspended",
            "expiring",
            "late_soon",
            "conditional",
            "negotiating",
            "escalated",
            "checking",
            "deciding",
            "consent_pending",
            "with_provider",
            "received",
            "delivering",
            "preparing",
            "verifying",
            "confirmed",
            "extended",
            "queued",
            "running",
            "fair",
            "mended",
            "landed",
            "paused",
            "proposed",
            "released",
            "decided",
            "applying",
            "previewed",
            "02",
            "06",
        }
    ),
    "bad": frozenset(
        {
            "refused",
            "rejected",
            "revoked",
            "failed",
            "late",
            "overdue",
            "cancelled",
            "canceled",
            "terminated",
            "not_found",
            "forged",
            "penalty",
            "revoked_penalty",
            "unlawful",
            "blocked",
            "poor",
            "broken",
            "03",
            "04",
            "07",
        }
    ),
    "info": frozenset({"draft", "new", "registered", "started", "planned", "todo", "not_started", "in_progress"}),
}
_SIGNS = {"ok": "✓", "warn": "!", "bad": "✕", "info": "○", "mute": "–"}


def tone(state: str) -> str:
    """Return ok, warn, bad, info or mute."""
    for name, codes in _TONES.items():
        if state in codes:
            return name
    return "mute"


def sign(state: str) -> str:
    """Return the sign that goes with the state's color."""
    return _SIGNS[tone(state)]
