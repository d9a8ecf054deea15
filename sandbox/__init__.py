"""A local Graph API with one demo ad account; nothing heavy is imported here."""

DEMO_ACCOUNT = "act_123456789"

SCOPES = (
    "ads_read",
    "ads_management",
    "business_management",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_ads",
)

TOKENS: dict[str, frozenset[str]] = {
    "sandbox-token": frozenset(SCOPES),
    "sandbox-user-token": frozenset(SCOPES),
    "sandbox-readonly": frozenset({"ads_read"}),
    "sandbox-stranger": frozenset(SCOPES),
    "sandbox-noads": frozenset({"pages_show_list"}),
    "sandbox-page-token": frozenset({"pages_show_list", "pages_read_engagement"}),
    "sandbox-expired": frozenset(),
    "sandbox-revoked": frozenset(),
    "sandbox-checkpointed": frozenset(),
    "sandbox-password-changed": frozenset(),
    "sandbox-unconfirmed": frozenset(),
    "sandbox-logged-out": frozenset(),
}
"""Every token the sandbox knows, with its scopes; `sandbox-stranger` reaches no account."""
APP_ID, APP_SECRET = "910000000000001", "sandbox-secret"
APP_TOKEN = f"{APP_ID}|{APP_SECRET}"
"""The app's own token: it may ask about other tokens and subscribe to webhooks."""
