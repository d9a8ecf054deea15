"""What people mean who type no command: a request in their words, or the chat with options."""

import re
import shlex
from collections.abc import Sequence
from typing import Any

import click
from click.exceptions import NoSuchCommand, NoSuchOption

HELP = "help"
"""The one word that is no command and needs no quotes to be a request."""
LEAST_WORDS = 3
"""Without quotes, as many words are a request."""
BY_USE = (
    *("chat", "run", "demo", "init", "login", "doctor"),
    *("apply", "decline", "undo", "show", "history", "inbox"),
    *("accounts", "report", "launch", "sessions", "schedule", "work", "web", "notify"),
)
"""Commands as help lists them: what one begins with, what decides on changes, what is used daily; the others follow by name."""
BOTH_WORLDS = "Leave it out: this takes the sandbox and Meta's accounts together, and says which is which."
_WORDY = re.compile(r"\s|[?!]$")


class Meant(click.Group):
    """Commands, of which one need not be named: `"how are my ads doing?"` is run, `--sandbox` is chat.

    Options may stand before the command as well as behind it.
    """

    _rest: Sequence[str] = ()
    """What stood behind the command."""
    _chat_meant = False
    """Whether options alone were typed, which are of the chat."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """By use, then by name."""
        return [*BY_USE, *(name for name in super().list_commands(ctx) if name not in BY_USE)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as they are meant. Raises click's UsageError."""
        self._chat_meant = False
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if args and args[0] not in own and not ctx.resilient_parsing:
            args = self._behind(args) if args[0].startswith("-") else self._named(args)
            self._rest = args[1:]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Do what was asked; a request that was taken for a command is told how it is asked."""
        try:
            return super().invoke(ctx)
        except click.UsageError as wrong:
            if (
                isinstance(wrong, NoSuchOption)
                and wrong.option_name == "--sandbox"
                and _of_both_worlds(wrong)
            ):
                raise click.UsageError(f"{wrong.message} {BOTH_WORLDS}", wrong.ctx) from None
            asked = self._taken_for_command(wrong)
            if not asked:
                raise
            words, told = _words(asked), wrong.format_message()
            line = shlex.join(["adsteward", "run", " ".join(words), *asked[len(words) :]])
            mark = "" if told.endswith((".", "?", "?)")) else "."
            raise click.UsageError(f"{told}{mark} If it is a request: `{line}`.", wrong.ctx) from None

    def _taken_for_command(self, wrong: click.UsageError) -> list[str]:
        """What was typed, where it may be a request, such as `stop` or `how are my ads`; nothing of other mistakes."""
        if wrong.ctx and "unexpected extra argument" in wrong.message:
            if self._chat_meant:  # nobody typed that word, and options stood first
                words = wrong.message.partition("(")[2].rstrip(")").split()
                return [*words, *(text for text in self._rest if text not in words)]
            return [str(wrong.ctx.info_name), *self._rest]
        if isinstance(wrong, NoSuchCommand) and wrong.ctx and wrong.ctx.command is self:
            typed = [wrong.command_name, *self._rest]
            return typed if not wrong.possibilities or len(_words(typed)) >= LEAST_WORDS else []
        return []

    def _behind(self, args: list[str]) -> list[str]:
        """Options that stand before the command, or before a request, put behind it; alone they are of the chat."""
        known = (*self.commands, HELP)
        place = next((n for n, text in enumerate(args) if text in known or _WORDY.search(text)), None)
        if place is None:
            self._chat_meant = True
            return ["chat", *args]
        if args[place] == HELP:
            words = _words(args[place:])
            return self._helped(words, [*args[:place], *args[place + len(words) :]])
        command = [args[place]] if args[place] in self.commands else ["run", args[place]]
        return [*command, *args[:place], *args[place + 1 :]]

    def _named(self, args: list[str]) -> list[str]:
        """A command as it is, and a request as what is run."""
        words = _words(args)
        if args[0] in self.commands:
            return args
        if args[0] == HELP:
            return self._helped(words, args[len(words) :])
        if _WORDY.search(args[0]):
            return ["run", *args]
        if len(words) >= LEAST_WORDS and not self._close(args[0]):
            return ["run", " ".join(words), *args[len(words) :]]
        return args

    def _helped(self, words: Sequence[str], options: Sequence[str]) -> list[str]:
        """The text of a command behind the word help, a request of more words, or all commands."""
        if words[1:] and words[1] in self.commands:
            return [*words[1:], "--help"]
        return ["run", " ".join(words), *options] if words[1:] or options else ["--help"]

    def _close(self, word: str) -> bool:
        """Whether it may be a slip for a command."""
        from difflib import get_close_matches

        return bool(get_close_matches(word, self.commands))


def _of_both_worlds(wrong: click.UsageError) -> bool:
    """Whether the command is about what a workspace keeps, of whatever world."""
    return wrong.ctx is not None and any(param.name == "workspace" for param in wrong.ctx.command.params)


def _words(args: Sequence[str]) -> list[str]:
    """The arguments up to the first option."""
    end = next((n for n, text in enumerate(args) if text.startswith("-")), len(args))
    return list(args[:end])
