"""Notes hold no passwords, cards or bank accounts; what only resembles them is kept."""

import pytest

from tools.edit.private_notes import private

CARD, BANK, KEY = "number of a card", "bank account", "password or PIN"


@pytest.mark.parametrize(
    ("note", "what"),
    [
        ("pay with 4111111111111111", CARD),
        ("Karte 5555 5555 5555 4444, gültig 12/28", CARD),
        ("amex 3782-822463-10005.", CARD),
        ("card 6011\u00a01111\u00a01111\u00a01117", CARD),
        ("invoice to DE89 3704 0044 0532 0130 00 please", BANK),
        ("iban gb82west12345698765432", BANK),
        ("password: hunter2", KEY),
        ("contraseña hunter2", KEY),
        ("senha 1234abcd", KEY),
        ("pin 4 8 2 1", KEY),
        ("p\u200bassword is hunter2", KEY),
        ("Passwort = Sommer", KEY),
        ("das Kennwort für den Shop lautet Sommer2024", KEY),
        ("mot de passe : été", KEY),
        ("el pin es 4821", KEY),
        ("contraseña: verano", KEY),
        ("senha: verao", KEY),
        ("a senha da conta é verao24", KEY),
        ("PIN 4821", KEY),
        ("Geheimzahl: 4821", KEY),
        ("cvv: 123", KEY),
        ("password (shop admin): x", KEY),
        ("password for the shop: x", KEY),
    ],
)
def test_private_things_are_known(note: str, what: str) -> None:
    """In the five languages people write, with spaces and dashes as they write them."""
    assert what in private(note)


@pytest.mark.parametrize(
    "note",
    [
        "Ms Berg wants no ads on Sundays.",
        "order 4111111111111112 was wrong",
        "never pause 23848000000002 or 120210000000000123",
        "from 2026-11-20 to 2026-11-27 and 2026-12-24 to 2026-12-27",
        "target CPA 25.00 USD, at most 1000000000000000 impressions",
        "the password page converts well",
        "pin the summer campaign for 3 weeks",
        "the secret is a low price; la clave es el precio",
        "tent 2024: keep; boots 2023: pause",
        "account act_4111111111111111 is the agency's",
        "EU20 stays our discount code for November 2026",
    ],
)
def test_what_only_resembles_them_is_kept(note: str) -> None:
    """Ids, dates, budgets and everyday words."""
    assert not private(note)
