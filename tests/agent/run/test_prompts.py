"""The system prompt: what a model is told of the account, its settings and limits."""

import re
from dataclasses import dataclass

from tests.agent.support import ScriptedModel, brand

SETTINGS = """
target_cpa: 2500.00
max_cpc: 1.20 USD
default_link: https://shop.example/sale
conversion_event: purchase
protect: "*evergreen*"
max_pauses_per_day: 7
max_daily_budget: 150.00
"""


@dataclass
class Listening(ScriptedModel):
    """Keeps what it was told."""

    system: str = ""

    def reply(self, system, tools, messages, on_text=None):
        self.system = system
        return super().reply(system, tools, messages, on_text)


def test_settings_are_told_as_people_write_them(workspace, open_session):
    """Money with its currency, no value of the program, limits once, and what is over them waits."""
    brand(workspace, SETTINGS)
    model = Listening(["done"])
    open_session("ask").run("hello", model)
    told = model.system
    assert "- target_cpa: 2,500.00 USD\n" in told
    assert "- max_cpc: 1.20 USD\n" in told
    assert "- default_link: https://shop.example/sale\n" in told
    assert not re.search(r"Decimal|\{'|None|Amount|ad_account:|max_daily_budget:", told)
    assert "at most 7 pauses" in told
    assert "no daily budget over 150.00 USD" in told
    assert "it waits for a person" in told
    assert "Protected, no change may touch them: *evergreen*" in told
    assert "brand file" not in told
