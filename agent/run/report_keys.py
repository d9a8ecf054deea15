"""What each key of `--json` means. A test compares it with real reports; the documentation is made of it.

A dot leads into an object, `[]` into the items of a list. An object without keys of its own here is free in form.
"""

REPORT_KEYS: tuple[tuple[str, str], ...] = (
    ("status", "how it ended"),
    ("answer", "what the model or the command says in the end, or what went wrong"),
    ("world", "LIVE or SANDBOX, with name, id and currency of the account; empty if it could not begin"),
    ("change_sets[]", "what was proposed, applied or taken back"),
    ("change_sets[].id", "names the set for `apply`, `undo` and `show`"),
    ("change_sets[].state", "where it stands"),
    (
        "change_sets[].status",
        "the same as a `status`: needs_approval, done, declined, or error where it is unfinished",
    ),
    ("change_sets[].digest", "SHA-256 of its exact content; the id begins with it"),
    ("change_sets[].account", "the ad account, such as act_123456789"),
    ("change_sets[].world", "where it may be applied: sandbox…, or the address of the Graph API"),
    ("change_sets[].request", "the words or the call that asked for it"),
    ("change_sets[].notes[]", "what to weigh before a yes: risk, effect, what was left out and why"),
    ("change_sets[].changes[]", "its changes, in the order they are sent"),
    ("change_sets[].changes[].id", "names the change in the journal"),
    ("change_sets[].changes[].kind", "such as set_status or create_ad"),
    ("change_sets[].changes[].target", "the object changed, or what was made; empty before it is made"),
    ("change_sets[].changes[].level", "campaign, adset, ad, or null for pictures and the like"),
    ("change_sets[].changes[].name", "the object's name"),
    ("change_sets[].changes[].where[]", "what it stands in, the campaign first, each as “name” (id)"),
    ("change_sets[].changes[].before", "its fields as they were, budgets with their currency"),
    ("change_sets[].changes[].after", "its fields as they are to be"),
    ("change_sets[].changes[].effect", "what it does to spend"),
    ("change_sets[].changes[].effect.kind", "create, stop_spend, start_spend, change_spend and the like"),
    ("change_sets[].changes[].effect.spend_per_day", "signed amount with currency; null if nobody can know"),
    ("change_sets[].changes[].effect.note", "how that amount is to be read"),
    ("change_sets[].changes[].reason", "why it is proposed; computed by code where figures decide"),
    ("change_sets[].changes[].outcome", "what became of it"),
    ("change_sets[].changes[].note", "more on the outcome, such as Meta's error"),
    ("change_sets[].changes[].undo", "what cannot be taken back as it was"),
    ("refusals[]", "what was not done of all that was asked for"),
    ("refusals[].what", "the tool or the change"),
    ("refusals[].why", "why not"),
    ("refusals[].line", "the line of stack.md that forbids it; empty where none does"),
    ("usage", "what the model was asked"),
    ("usage.model", "its name; none for a command that needs no model"),
    ("usage.input_tokens", "tokens read"),
    ("usage.output_tokens", "tokens written"),
    ("usage.turns", "calls of the model"),
    ("graph", "what Meta was asked"),
    ("graph.requests", "requests over the network"),
    ("graph.batch_items", "calls inside of batches"),
    ("graph.retries", "calls that were made again"),
    ("graph.waited_seconds", "time spent on Meta's limits and on retries"),
    ("transcript", "the file with the whole run; empty if it could not be kept"),
)
"""The object of every command that runs: `run`, `tool`, `apply`, `undo`, `launch`, `replay`."""

MORE_KEYS: tuple[tuple[str, str, str], ...] = (
    ("tool", "result", "what the tool gave, or how it failed"),
    ("history --outcomes", "result", "what the tool `history` gave"),
    ("run --output", "output", "the file and its rows, or the problem; so with tool, history and launch"),
    ("launch", "result", "what the tool `launch_ads` gave; null if it was not reached"),
    ("launch", "launch", "where the results landed: ads, files, problems"),
    ("launch --dry-run", "dry_run", "true: nothing was sent"),
    ("launch --dry-run", "notes", "what was noticed while planning"),
    ("launch --dry-run", "requests", "each request that would be sent"),
    ("replay", "replayed", "each request of the recording and what became of it"),
)
"""Command, key, meaning: what some commands add to it."""
