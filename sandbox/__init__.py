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
    "sandbox-readonly": frozenset({"ads_read"}),
    "sandbox-expired": frozenset(),
}
"""Every token the sandbox knows, with its scopes."""
