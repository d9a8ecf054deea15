"""`adsteward notify`: tries the targets that people are told at."""

from agent.notices.messenger import test_message
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Exit
from agent.show.ending import print_json
from tools.domain.notify.notify_targets import FORM

NONE = f"Nobody is told: `notify` is not set in stack.md. Write for example {FORM} behind it."


def test(options: Options) -> int:
    """Send a test to each target; exits 2 when one was not told. Raises ConfigError when there is none."""
    targets = load_settings(options).loaded.brand.notify
    if not targets:
        raise ConfigError(NONE)
    found = {str(target): test_message(target) for target in targets}
    if options.json:
        print_json({"targets": [{"target": name, "problem": problem} for name, problem in found.items()]})
    else:
        from agent.show.screen import Screen

        screen = Screen()
        for name, problem in found.items():
            screen.say(f"{name}: {problem or 'told'}", style="red" if problem else "green")
    return Exit.USAGE if any(found.values()) else Exit.DONE
