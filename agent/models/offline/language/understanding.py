"""From a row of items to a request: recognisers fill the slots, and what is left over decides whether anything is done."""

from dataclasses import replace
from datetime import date

from agent.models.offline.language import (
    amount_words,
    exception_words,
    period_words,
    quoted_texts,
    recognisers,
    row_words,
    stopping_words,
)
from agent.models.offline.language.doings import TALK, main_want, unsaid, wants_of, without_forbidden
from agent.models.offline.language.items import Items
from agent.models.offline.language.lexicon import ATTACHED
from agent.models.offline.language.marks import Item
from agent.models.offline.language.meant import compared, meant
from agent.models.offline.language.slots import (
    IN_QUOTES,
    LOOKED_AT,
    WRITES,
    NotUnderstood,
    Request,
)

_OF_MONEY = frozenset(
    {"raise", "add", "lower", "set", "double", "halve", "move", "cap", "where_put", "scale"}
)
_LEVELS = ("account", "campaign", "adset", "ad")
_ACTS = ("pause", "raise", "lower", "double", "halve", "set")
_NEW = ("make", "launch")
_SAID_ONCE = "topic pick level ref output budget sure tongue"
_NAMED_ONCE = {"objective": "objective", "link": "url", "change_set": "set", "account": "account"}
_SAYS_AMOUNT = frozenset({"num", "number", "money", "step", "fill", "link", "end"})


def understood(items: Items, today: date | None) -> Request:
    """All slots of a request. Raises NotUnderstood, naming the word that nothing explains."""
    looks = without_forbidden(items)
    writes = any(item.value in WRITES for _, item in items.free("want"))
    _rather(items)
    if not writes:
        _both_looked_at(items)
        recognisers.tests_without_number(items)
    stopping_words.guarded(items, writes=writes)
    wants = wants_of(items)
    stopping_words.known(items)
    if not set(wants) - TALK:
        wants = (["show"] if looks else unsaid(items)) or wants
    writes = bool(set(wants) & WRITES)
    texts = quoted_texts.texts(items)
    ends = period_words.coming(items, today) if "end" in wants else ""
    left_out, without = exception_words.exceptions(items)
    alone = not any(items.free("test", "figure", "pick", "thing", "level:ad"))
    looks_back = recognisers.hours(items) if "stop" in wants and alone else 0
    periods, compare = period_words.take(items, today)
    if compare == "with" and (last := next(items.free("when:last"), None)):
        items.used.add(last[0])  # "compared with the last one"
    tests = recognisers.tests(items)
    rank, count = recognisers.rank(items)
    by, step = recognisers.split_by(items)
    amount = amount_words.amount(items) if _has_amount(items, wants) else None
    request = Request(
        want=main_want(wants), things=(*recognisers.things(items), *left_out), without=without, rank=rank, count=count or looks_back, by=tuple(by),
        tests=tuple(tests), step=step, periods=periods, compare=compare, amount=amount,
        texts=texts | ({"end": (ends,)} if ends else {}),
    )  # fmt: skip
    request = meant(compared(_rest(items, request)))
    if writes and request.topic not in LOOKED_AT:
        stopping_words.sure_of_days(request)
        stopping_words.said_once(items, request)
        stopping_words.said_whole(items)
        stopping_words.not_told(items)
    if writes or (request.named and not (request.want or request.asked or request.leading)):
        stopping_words.breaks_off(items)
    stopping_words.left_over(items)
    return request


def _both_looked_at(items: Items) -> None:
    """Read an "or" between two of a kind as an "and" where nothing is to be changed: "A or B, which sold more?" is of both."""
    for at, item in enumerate(items.row):
        after = next((one for one in items.row[at + 1 :] if one.kind not in ("fill", "level", "link")), None)
        before = next((one for one in reversed(items.row[:at]) if one.kind not in ("fill", "level")), None)
        if item.is_a("if:or") and before and after and _alike(before.kind, after.kind):
            items.row[at] = replace(item, kind="join", value="and")


def _alike(one: str, other: str) -> bool:
    named = {one, other} <= {"thing", "quote", "id"}
    return named or one == other == "only"


def _has_amount(items: Items, wants: list[str]) -> bool:
    """Whether a number in it is an amount: in changes of money, of something new where money is named, and where nothing else is said."""
    money = any(items.free("money")) or any(item.is_a("step:day") for item in items.row)
    says = _SAYS_AMOUNT | (
        {"thing", "quote", "id", "join"} if any(item.joins for item in items.row[:1]) else set()
    )  # "and A to 75"
    alone = not wants and all(item.kind in says for item in items.row)
    return bool(set(wants) & _OF_MONEY) or (money and "make" in wants) or alone


def _asked(items: Items) -> str:
    """The word that makes it a question, or its mark: at the beginning, or right before an order; empty where it is none."""
    for at, item in enumerate(items.row):
        before = items.before(at) if item.kind == "want" and item.value in WRITES else None
        if before and before.kind == "ask":
            return before.value
    silent = ("fill", "end", "go_on", "join", "link")
    first = next((item for item in items.row if item.kind not in silent), None)
    if first and first.kind == "ask":
        return first.value
    politely = any(item.is_a("fill:polite") for item in items.row) or _allowed(items)
    return "?" if items.text.rstrip().endswith("?") and not politely else ""


def _allowed(items: Items) -> bool:
    """Whether a yes of one word stands right before an order, which is no question then: "pode pausar A?", not "está bien pausar A?"."""
    orders = (at for at, item in enumerate(items.row) if item.kind == "want" and item.value in WRITES)
    found = (items.before(at) for at in orders)
    return any(one and one.is_a("want:yes") and " " not in one.said for one in found)


def _rest(items: Items, request: Request) -> Request:
    """The slots that one word fills."""
    level = _one_of_a_kind(items, request)
    writes = request.want in WRITES
    if writes and not _asked(items):
        _sure_which(items, request)
    alone = _single(items, level or "ad")
    plural = "ad" if request.want in _NEW else "" if writes else "account"
    several = bool(plural) and _single(items, plural) is False
    rows = row_words.rows_meant(items)
    said = {kind: _only(items, kind, sure=writes or kind in ("pick", "ref")) for kind in _SAID_ONCE.split()}
    said |= {slot: _only(items, kind) for slot, kind in _NAMED_ONCE.items()}
    if said["pick"] and any(item.is_a("want:lower") and " " in item.said for item in items.row):
        said["topic"] = said["topic"] or "budget"  # "spend less on the losers" is no "cut the losers"
    if said["budget"] == "total":
        said["budget"] = "lifetime" if writes else ""
    request = request.but(
        **said | {"level": level, "ref": " ".join(filter(None, (rows, said["ref"])))},
        figures=_figures(items.take_all("figure")),
        only=tuple(tuple(value.split("=", 1)) for value in items.take_all("only")),
        every=bool(items.take_all("all")) or several,
        states=tuple(items.take_all("state")),
        files=tuple(items.take_all("file")),
        leading=_leading(items),
        asked=_asked(items),
    )
    button = items.take_all("cta")
    request = request.but(texts={**request.texts, "button": tuple(button[:1])}) if button else request
    _sure_of_parts(items, request)
    number = _counting(items) if not request.count and (request.pick or request.level) else None
    if number and not (number.value.isdecimal() and int(number.value)):
        raise NotUnderstood(f'I do not know what "{number.said}" means here. {IN_QUOTES}')
    request = request.but(count=int(number.value)) if number else request
    request = request.but(ref=request.ref or _attached(items, request))
    weak = request.want == "pause" and request.pick == "weak"
    first = weak or (request.want in _ACTS and request.rank)
    alone = _one_ranked(items) if alone is None else alone
    return request.but(count=1) if alone and first and not (request.every or request.count) else request


def _sure_which(items: Items, request: Request) -> None:
    """Refuse an order to one of several, or to any where nothing says which."""
    any_of_them = any(items.free("all:some")) and not (request.tests or any(items.free("pick", "state")))
    if any_of_them or any(items.free("all:one")):
        raise NotUnderstood("Any of them? Say which, or all of them.")


def _attached(items: Items, request: Request) -> str:
    """What the pronoun in an order stands for ("páusalos"), where nothing else says of what it is."""
    said = next((i.value.removeprefix(ATTACHED) for i in items.row if i.value.startswith(ATTACHED)), "")
    which = (request.named, request.level, request.tests, request.pick, request.rank, request.states)
    return "" if any(which) or (request.every and said == "it") else said


def _sure_of_parts(items: Items, request: Request) -> None:
    """Refuse a part of an ad without its words ("change the text of A"); whoever only looks sees all parts."""
    looks = request.things and request.want not in WRITES
    if not (request.texts or request.files or looks or request.want in ("make", "duplicate", "swap", "set")):
        return
    parts = {*items.take_all("part")} & {"body", "headline", "description"}
    if more := parts - request.texts.keys() if request.texts else None:
        raise NotUnderstood(f"Which words for the {min(more)}? Put them in quotes behind it.")
    if parts and request.want == "set" and not request.texts:
        why = 'To which words? Such as: change the text of "AD" to "WORDS", in quotes.'
        raise NotUnderstood(why, request.but(texts=dict.fromkeys(parts, ())))


def _single(items: Items, level: str) -> bool | None:
    """Whether one is spoken of: no plural, which ends in "s" or (in German) in "n"; None where none is."""
    said = [item.said for _, item in items.free(f"level:{level}")]
    return not recognisers.plural(items, said[0]) if len(said) == 1 else None


def _one_ranked(items: Items) -> bool:
    """Whether "el peor" is said, with no noun, and not "los peores" or "las con peor CTR"; in English all are "the worst"."""
    if any(item.kind == "figure" or item.value == "them" for item in items.row):
        return False
    said = [item.said for item in items.row if item.kind == "rank"]
    single = all(not recognisers.plural(items, word) for word in said)
    return bool(said) and items.lexicon.code != "en" and single


def _counting(items: Items) -> Item | None:
    """The number beside what is counted; any other ("at 5") says when or how much."""
    for at, item in items.free("num", "number"):
        after = next((one for one in items.row[at + 1 :] if one.kind != "fill"), None)
        beside = (after, *items.row[max(at - 1, 0) : at])
        if any(one and one.kind in ("pick", "level", "rank", "state") for one in beside):
            items.used.add(at)
            return item
    return None


def _only(items: Items, kind: str, *, sure: bool = True) -> str:
    """The value of the words of a kind. Raises NotUnderstood where they say two things and it must be sure."""
    found = list(items.free(kind))
    values = items.take_all(kind)
    if kind == "level" and len(values) > 1 and "account" in values:
        values.remove("account")  # "all ads in the account"
    if sure and len(values) > 1:
        raise NotUnderstood(f'"{found[0][1].said}" and "{found[-1][1].said}": one of them at a time, please.')
    return values[0] if values else ""


def _one_of_a_kind(items: Items, request: Request) -> str:
    """The lowest level that is named. Raises NotUnderstood where one of two would be left out ("pause all ads and ad sets")."""
    told = request.want in WRITES or request.rank or any(items.free("figure"))
    for kind in ("level", "pick"):
        found = {item.value: item.said for _, item in items.free(kind) if item.value != "account"}
        if len(found) > 1 and told:
            both = " and ".join(f'"{said}"' for said in found.values())
            raise NotUnderstood(f"{both} in one: say one of them.")
    levels = [item.value for _, item in items.free("level")]
    return max(levels, key=_LEVELS.index, default="")


def _leading(items: Items) -> str:
    """Whether the words go on from those before: they begin with "and" or "no,", or say "only", "instead" or "the same"."""
    first, second = (*(item for item in items.row if item.kind != "end"), None, None)[:2]
    says_no = first and second and second.kind == "join" and first.is_a("test:0")
    items.used |= {items.row.index(first)} if first and says_no else set()
    changes = says_no or any(item.is_a("not:instead") for item in items.row)
    said = [item for item in items.row if item.kind not in ("end", "fill")]
    too = len(said) > 2 and said[-1].is_a("join:too")  # "and B as well"
    begins = ("same" if too else "and") if first and first.joins else ""
    goes_on = {"and": "about"}
    return "no" if changes else next((goes_on.get(i.value, i.value) for _, i in items.free("go_on")), begins)


def _figures(values: list[str]) -> tuple[str, ...]:
    """The figures by their names at Meta; "what did one cost" is the cost of the others."""
    found = list(dict.fromkeys(part for value in values for part in value.split("+")))
    if "each" in found:
        found.remove("each")
        found += [
            f"cost_per_action_type:{f.partition(':')[2]}" for f in found if f.startswith("actions:")
        ] or ["cost_per_result"]
    return tuple(found)


def _rather(items: Items) -> None:
    """Pass over "better" at the beginning of an order ("mejor páusalo")."""
    row = [(at, item) for at, item in enumerate(items.row) if item.kind not in ("fill", "level")]
    for (_, before), (at, item), (_, after) in zip([(0, None), *row], row, row[1:], strict=False):
        begins = before is None or before.kind in ("join", "end")
        better = item.is_a("rank:best") and begins and not {" ", "s"} & {*item.said}
        if better and after.kind == "want" and after.value in WRITES:
            items.used.add(at)
