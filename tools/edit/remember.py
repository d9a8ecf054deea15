"""Notes for later conversations: kept in a file of the workspace, shown to the model as data, taken out again.

A note changes nothing in the account, so nobody is asked first: it holds what the person said, word by word, as later models are
told it; the person is told of each, and can have it forgotten.
"""

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.references import Note
from tools.domain.tool import TOOLSET, Context, Input, Notebook, Result, Tool, ToolError
from tools.edit.private_notes import private


class ForgetInput(Input):
    note: str | int = Field(description="its number, or words that only it has")


def remember(args: Note, ctx: Context) -> Result:
    if what := private(args.note):
        raise ToolError(
            f"Nothing was kept: the note holds {what}. Notes lie in a file and go to the model: leave that out of it."
        )
    if not ctx.given.says(args.note):
        raise ToolError(
            "Nothing was kept: a note is what the person said, in their own words, and they have not said this."
            ' To keep it they say so in a talk, or: adsteward "remember that …"'
        )
    kept = _notebook(ctx).add(args.note, everywhere=args.for_all)
    return Result(
        {"remembered": kept, "note": "Tell the person. No change in the account; forget takes it out."}
    )


def forget(args: ForgetInput, ctx: Context) -> Result:
    notebook = _notebook(ctx)
    gone = notebook.drop(str(args.note))
    return Result({"forgotten": gone, "left": notebook.kept()})


def _notebook(ctx: Context) -> Notebook:
    if ctx.notes is None:
        raise ToolError("No notes are kept here.")
    return ctx.notes


REMEMBER = Tool(
    name="remember",
    description="Note a fact or wish for later conversations, in the words in which the person said it.",
    Input=Note,
    effect=Effect.READ,
    keeps=True,
    run=remember,
    toolset=TOOLSET,
    words="Keep in mind, note, learn.",
)
FORGET = Tool(
    name="forget",
    description="Take a note out again.",
    Input=ForgetInput,
    effect=Effect.READ,
    keeps=True,
    run=forget,
    toolset=TOOLSET,
    words="Forget a note, remove what was remembered.",
)
