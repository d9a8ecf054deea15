"""What an attacker tries on a page like this, a test per line of docs/trust.md#the-page."""

import asyncio
import logging
import re
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from agent.setup.own_files import make_private
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.web import guard, page_app
from agent.web.browsers import MARKED_S, Browsers
from agent.web.guard import HEADERS, Address
from agent.web.guesses import GUESSES, GUESSES_OF_ALL, GUESSES_OF_PLACE, PACE_S, TooManyGuesses, place_of
from agent.web.page_app import SITE, Site
from agent.web.page_server import Listening
from agent.web.sign_in import IDLE_S, LINK_AGAIN_S, LINK_S, LONGEST_S, Door
from agent.web.users import AT_ONCE, Users
from agent.web.visits import PAGES, Page
from agent.writes.journal import Journal
from tests.agent.hosts.hostile import HOSTILE
from tests.agent.support import Clock
from tests.agent.web.conftest import ORIGIN, Browser
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tools.domain.text import visible

OUTSIDE = "https://ads.example.com"
PASSWORD = "correct horse battery"
HTML = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><b onmouseover='alert(1)'>",
    "</p></section><form action=/sets/x/approve>",
    "<input type=hidden name=seal value=x>",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% include 'alone.html' %} {{ csrf }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "&lt;script&gt; &#60;b&#62; &amp;",
    "<!-- --><![CDATA[x]]><?php ?>",
    "</textarea></title></style><base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
)


def path_of(page: Page) -> str:
    return page.path.replace("{set_id}", "cs-000000000000").replace("{name}", "x")


GETS = sorted({path_of(page) for page in SITE if page.method == "GET" and "stream" not in page.path})
POSTS = sorted({path_of(page) for page in SITE if page.method == "POST"} | {"/sign-out"})


@pytest.fixture
def waiting(journal: Journal) -> str:
    """A set that waits."""
    made = a_set(change(id="r.1.0", name="Summer secret"), request="secret request")
    journal.propose(made)
    return made.id


@pytest.fixture
def users(remote: Site, cheap_hashes: None) -> Users:
    known = remote.house.door.users
    assert known
    for role in ("look", "approve", "operate"):
        known.add(f"a-{role}", role, PASSWORD)  # type: ignore[arg-type]
    return known


def signed_in(remote: Site, name: str) -> Browser:
    made = Browser(remote, OUTSIDE)
    made.post("/sign-in", name=name, password=PASSWORD)
    made.get("/")
    return made


# --- who may come


def test_a_stranger_sees_and_does_nothing(site: Site, waiting: str, journal: Journal) -> None:
    """Without a session each address answers 401 and tells nothing; no form is taken."""
    stranger = Browser(site)
    for path in (*GETS, f"/sets/{waiting}", "/ask/stream"):
        stranger.get(path)
        assert stranger.status == 401, path
        assert "secret" not in stranger.page.text
    for path in POSTS:
        stranger.post(path, csrf="", seal="")
        assert stranger.status == 401, path
    assert journal.state(waiting) == "proposed"


def test_a_role_may_what_it_says_and_no_more(
    remote: Site, users: Users, waiting: str, journal: Journal
) -> None:
    """`look` cannot decide, `approve` cannot ask or undo; the page hides what they may not, and refuses it all the same."""
    needed = {path_of(page): page.role for page in SITE if page.method == "POST"}
    for role, may in (("look", ()), ("approve", ("approve",)), ("operate", ("approve", "operate"))):
        somebody = signed_in(remote, f"a-{role}")
        assert ("Approve" in somebody.get(f"/sets/{waiting}")) is (role != "look")
        somebody.get("/")
        for path, needs in needed.items():
            somebody.post(path, **somebody.hidden())
            assert (somebody.status == 403) is (needs not in may), (role, path)
            somebody.get("/")
        somebody.get("/ask")
        assert (somebody.status == 200) is (role == "operate")
    assert journal.state(waiting) == "proposed"


def test_a_change_of_users_holds_from_the_next_click(remote: Site, users: Users, waiting: str) -> None:
    """Who was removed is out with what they had open; who may less sees less."""
    anna, ben = signed_in(remote, "a-operate"), signed_in(remote, "a-approve")
    users.add("a-operate", "look", PASSWORD)
    users.remove("a-approve")
    assert "Approve" not in anna.get(f"/sets/{waiting}")
    ben.get(f"/sets/{waiting}")
    assert (anna.status, ben.status) == (200, 401)


def test_another_password_ends_what_was_open(remote: Site, users: Users) -> None:
    """Whoever came in with the old one is out with the next click; the same password again changes nothing."""
    anna = signed_in(remote, "a-operate")
    users.add("a-operate", "operate", PASSWORD)
    anna.get("/")
    assert anna.status == 200
    users.add("a-operate", "operate", "another long password")
    anna.get("/")
    assert anna.status == 401
    anna.post("/sign-in", name="a-operate", password=PASSWORD)
    assert anna.status == 401


# --- forms from elsewhere


def test_a_form_needs_the_token_of_its_session(
    browser: Browser, let_in: Callable[[], Browser], waiting: str
) -> None:
    """None, another one and that of another session do nothing."""
    other = let_in()
    browser.get(f"/sets/{waiting}")
    seal = browser.hidden()["seal"]
    for csrf in ("", "x", "ü", other.hidden()["csrf"]):
        browser.post(f"/sets/{waiting}/decline", csrf=csrf, seal=seal)
        assert browser.status == 403
    assert "waits for approval" in browser.get(f"/sets/{waiting}")


def test_a_form_needs_the_origin_of_the_page(browser: Browser, waiting: str, journal: Journal) -> None:
    """Another site, another port of this computer, a file, no origin: refused before anything is read."""
    browser.get(f"/sets/{waiting}")
    for origin in (
        "https://evil.example",
        "http://127.0.0.1:9999",
        "null",
        "",
        None,
        f"{ORIGIN}.evil.example",
    ):
        headers = {} if origin is None else {"origin": origin}
        answer = browser.http.post(f"/sets/{waiting}/decline", data=browser.hidden(), headers=headers)
        assert answer.status_code == 403, origin
    assert journal.state(waiting) == "proposed"


def test_only_a_post_does_anything(browser: Browser, waiting: str, journal: Journal) -> None:
    """No GET, HEAD or other method decides, whatever a header or a field says the method is."""
    browser.get(f"/sets/{waiting}")
    fields = browser.hidden()
    for deed in ("approve", "decline", "part"):
        for method in ("GET", "HEAD"):
            path = f"/sets/{waiting}/{deed}"
            assert browser.http.request(method, path, params=fields).status_code == 404
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert browser.http.request(method, f"/sets/{waiting}/decline").status_code == 405
    override = {"x-http-method-override": "POST", "x-method-override": "POST", "origin": ORIGIN}
    browser.http.get(f"/sets/{waiting}/decline", params={**fields, "_method": "POST"}, headers=override)
    assert journal.state(waiting) == "proposed"


# --- names, frames, caches


def test_another_host_gets_no_answer(browser: Browser) -> None:
    """A name that was made to lead here (DNS rebinding), another port, none and two are refused; so is a forwarded one."""
    for host in (
        "evil.example",
        "evil.example:8765",
        "127.0.0.1",
        "127.0.0.1:9999",
        "127.0.0.1:8765.evil.example",
        "",
    ):
        answer = browser.http.get("/", headers={"host": host})
        assert (answer.status_code, "Inbox" in answer.text) == (421, False), host
    twice = [("host", "127.0.0.1:8765"), ("host", "evil.example")]
    assert browser.http.get("/", headers=twice).status_code == 421
    forwarded = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    assert "evil" not in browser.http.get("/", headers=forwarded).text


def test_every_answer_is_sealed(
    browser: Browser, site: Site, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, files, refusals and errors: no frames, no inline script, no sniffing, no cache, no referrer for others."""
    answers = [
        browser.http.get(path)
        for path in (*GETS, f"/sets/{waiting}", "/static/style.css", "/nowhere", "/enter")
    ]
    answers += [browser.http.get("/", headers={"host": "evil.example"}), browser.http.post("/sign-out")]
    answers.append(Browser(site).http.get("/"))
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS), answer.url
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_templates_need_no_exception() -> None:
    """No inline script, style or handler, nothing from elsewhere, nothing unescaped, so that the strict policy can hold."""
    for path in PAGES.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|\|\s*safe|autoescape|Markup", text), path
        assert not re.search(r"<script(?! src=\"/static/)|(?:src|href|action)=\"(?:https?:)?//", text), path
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
            assert "csrf" in form or "guarded()" in form or "/sign-in" in form, path


def test_no_input_leads_elsewhere(browser: Browser, waiting: str) -> None:
    """Whatever stands in an address or a form, a redirect stays on the page."""
    evil = "//evil.example"
    asked = {
        "next": evil,
        "url": evil,
        "return": evil,
        "account": "act_1\r\nLocation: //evil.example",
        "key": evil,
    }
    browser.get("/")
    for path in (*GETS, "/enter", f"/sets/{evil}", "//evil.example/", f"/{evil}"):
        answer = browser.http.get(path, params=asked, follow_redirects=False)
        assert answer.headers.get("location", "/").startswith(("/sets/", "/ask", "/")), path
        assert not answer.headers.get("location", "").startswith("//"), path
    for path in POSTS[:-1]:
        data = browser.hidden() | asked
        answer = browser.http.post(path, data=data, headers={"origin": ORIGIN}, follow_redirects=False)
        assert "evil" not in answer.headers.get("location", ""), path


def test_files_are_those_of_the_page(browser: Browser) -> None:
    """No way leads from the styles to other files, templates included."""
    for name in (
        "../visits.py",
        "..%2fvisits.py",
        "%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "base.html",
        "/etc/passwd",
        ".",
    ):
        assert browser.http.get(f"/static/{name}").status_code == 404, name


# --- sessions


def test_a_link_lets_in_once_and_not_for_long(site: Site, links: list[str], clock: Clock) -> None:
    """A second opening, one after a quarter of an hour, a look beforehand: no session; a new link is told, not too often."""
    door = site.house.door
    door.new_link()
    door.new_link()
    assert len(links) == 1
    browser = Browser(site)
    assert browser.http.head(f"/enter?key={links[0]}").status_code == 400
    browser.get(f"/enter?key={links[0]}", **{"sec-purpose": "prefetch"})
    assert browser.status == 400
    assert "You are in" in browser.get(f"/enter?key={links[0]}")
    other = Browser(site)
    assert "was used before" in other.get(f"/enter?key={links[0]}")
    assert len(links) == 1
    clock.sleep(LINK_AGAIN_S)
    other.get("/")
    clock.sleep(LINK_S)
    other.get(f"/enter?key={links[1]}")
    assert (other.status, len(links)) == (401, 3)


def test_a_cookie_is_for_this_page_alone(browser: Browser, remote: Site, users: Users) -> None:
    """No script reads it, no other site sends it; over TLS it is bound to the host; no address and no page holds it."""
    given = browser.entered.headers["set-cookie"]
    assert re.fullmatch(r"adsteward-8765=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", given)
    session = given.partition("=")[2].partition(";")[0]
    assert all(session not in browser.http.get(path).text for path in GETS)
    outside = Browser(remote, OUTSIDE)
    outside.post("/sign-in", name="a-look", password=PASSWORD)
    secure, browser_s = outside.page.headers.get_list("set-cookie")
    assert re.fullmatch(r"__Host-adsteward=[\w-]{43}; HttpOnly; Path=/; SameSite=strict; Secure", secure)
    kept = (
        r"__Host-adsteward-browser=[\w.-]{80,120}; HttpOnly; Max-Age=2592000; Path=/; SameSite=strict; Secure"
    )
    assert re.fullmatch(kept, browser_s)
    assert outside.page.headers["strict-transport-security"]


def test_a_session_id_from_outside_is_worth_nothing(site: Site, links: list[str], clock: Clock) -> None:
    """Whoever is let in gets a new one, and what the browser had before ends (session fixation)."""
    victim, attacker = Browser(site), Browser(site)
    known = "chosen-by-somebody-else"
    for _ in range(2):
        clock.sleep(LINK_AGAIN_S)
        site.house.door.new_link()
        victim.http.cookies.set("adsteward-8765", known, "127.0.0.1")
        victim.get(f"/enter?key={links[-1]}")
        attacker.http.cookies.set("adsteward-8765", known, "127.0.0.1")
        attacker.get("/")
        assert attacker.status == 401
        assert victim.http.cookies.get("adsteward-8765", domain="127.0.0.1") != known
        known = victim.http.cookies["adsteward-8765"]


def test_a_session_ends(browser: Browser, clock: Clock, site: Site) -> None:
    """After two hours without a click, after twelve in any case, and when its person signs out."""
    clock.sleep(IDLE_S - 1)
    browser.get("/")
    clock.sleep(IDLE_S - 1)
    browser.get("/")
    assert browser.status == 200
    clock.sleep(LONGEST_S - 2 * IDLE_S)
    browser.get("/")
    assert browser.status == 401


def test_signing_out_ends_the_session(browser: Browser) -> None:
    """The cookie that is kept somewhere opens nothing afterwards."""
    kept = browser.http.cookies["adsteward-8765"]
    assert "You are signed out. Have a new link printed" in browser.post("/sign-out")
    browser.http.cookies.set("adsteward-8765", kept, "127.0.0.1")
    browser.get("/")
    assert browser.status == 401


# --- guesses and passwords


def test_guesses_are_few(remote: Site, users: Users, clock: Clock) -> None:
    """From one place, five wrong passwords of a name and twenty of all are looked at in a quarter of an hour; then not even the right one."""
    guesser = Browser(remote, OUTSIDE)
    for _ in range(GUESSES):
        assert "do not fit" in guesser.post("/sign-in", name="a-operate", password="wrong guess here")
    assert "Too many wrong answers" in guesser.post("/sign-in", name="a-operate", password=PASSWORD)
    assert guesser.status == 429
    assert "You are in" in guesser.post("/sign-in", name="a-look", password=PASSWORD)
    for number in range(GUESSES_OF_PLACE - GUESSES):
        assert "do not fit" in guesser.post("/sign-in", name=f"n{number}", password="x")
    another = Browser(remote, OUTSIDE)  # at the same place, and not known from before
    assert "Too many" in another.post("/sign-in", name="a-look", password=PASSWORD)
    clock.sleep(15 * 60 + 1)
    assert "You are in" in guesser.post("/sign-in", name="a-operate", password=PASSWORD)


def guesses_from(remote: Site, clock: Clock, number: int, name: str) -> int:
    """How many wrong passwords are looked at of so many, a second each, that come from as many places."""
    looked_at = 0
    for place in range(number):
        with suppress(TooManyGuesses):
            remote.house.door.by_password(name, "wrong", f"10.9.{place // 250}.{place % 250}")
            looked_at += 1
        clock.sleep(1)
    return looked_at


def test_guessing_keeps_nobody_else_out(remote: Site, users: Users, clock: Clock) -> None:
    """Whoever has the right password comes in from another place at once, whatever one attacker tried; from many places guessing is slowed, not they."""
    attacker = Browser(remote, OUTSIDE, place="203.0.113.7")
    for number in range(2 * GUESSES_OF_ALL):
        attacker.post("/sign-in", name=("a-operate", "a-approve", f"n{number}")[number % 3], password="x")
    assert attacker.status == 429
    owner = Browser(remote, OUTSIDE, place="198.51.100.4")
    assert "You are in" in owner.post("/sign-in", name="a-operate", password=PASSWORD)
    assert guesses_from(remote, clock, 300, "a-operate") <= GUESSES_OF_ALL + 300 / PACE_S
    assert "You are in" in owner.post("/sign-in", name="a-operate", password=PASSWORD)  # known there
    stranger = Browser(remote, OUTSIDE, place="198.51.100.5")
    guesses_from(remote, clock, 1, "x")
    for name in ("a-operate", "a-look"):
        clock.sleep(PACE_S)
        assert "You are in" in stranger.post("/sign-in", name=name, password=PASSWORD)


def test_a_known_browser_comes_in_whatever_strangers_do(
    options: Options, remote: Site, users: Users, clock: Clock
) -> None:
    """Also after a restart, from a place it never was at, and where the whole world is one place; for its own user and password alone."""
    first = Browser(remote, OUTSIDE)
    assert "You are in" in first.post("/sign-in", name="a-operate", password=PASSWORD)
    again = Site(options, Door(users, str, clock.monotonic), Address.of([OUTSIDE]))
    for place in range(GUESSES_OF_ALL):
        again.house.door.by_password(f"n{place % 5}", "wrong", f"10.9.0.{place // 5}")
    owner = Browser(again, OUTSIDE, place="10.9.0.1")
    owner.http.cookies = first.http.cookies
    assert "Too many" in owner.post("/sign-in", name="a-look", password=PASSWORD)
    for _ in range(GUESSES - 1):
        assert "do not fit" in owner.post("/sign-in", name="a-operate", password="mistyped it")
    assert "You are in" in owner.post("/sign-in", name="a-operate", password=PASSWORD)
    for _ in range(GUESSES):
        assert "do not fit" in owner.post("/sign-in", name="a-operate", password="stole the browser")
    assert "Too many" in owner.post("/sign-in", name="a-operate", password=PASSWORD)
    again.house.works.close()


def test_a_mark_is_of_one_browser_user_and_password_and_not_for_ever(tmp_path: Path) -> None:
    """What was changed, cut, made up, or is over, is none; the key is a file for its owner alone."""
    now_s = 1_000_000.0
    browsers = Browsers(tmp_path / "state" / "key", lambda: now_s)
    mark = browsers.mark("anna", "hash")
    browser, until, seal = mark.split(".")
    assert browsers.known(mark, "anna", "hash") == browser != browsers.mark("anna", "hash").split(".")[0]
    assert not browsers.known(mark, "ben", "hash") + browsers.known(mark, "anna", "another")
    for odd in ("", ".", "...", f"{browser}.9{until}.{seal}", f"{browser}.{until}", f"x{mark}", "é.ü.\ud800"):
        assert not browsers.known(odd, "anna", "hash")
    now_s += MARKED_S - 1
    assert browsers.known(mark, "anna", "hash")
    now_s += 1
    assert not browsers.known(mark, "anna", "hash")
    assert browsers.key_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "place"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("192.0.2.1", "198.51.100.9, nonsense", "192.0.2.1"),
        ("2001:db8:1:2::1", "", "20010db800010002::"),
        ("2001:db8:1:2:ffff::5", "", "20010db800010002::"),
        ("::ffff:192.0.2.1", "", "192.0.2.1"),
        ("64:ff9b::c000:201", "", "192.0.2.1"),
        ("64:ff9b:1::c000:201", "", "64ff9b00010000::"),
        ("192.0.2.1", "1.2.3.4:5678", "1.2.3.4"),
        ("192.0.2.1", "198.51.100.9, 1.2.3.4:5678 ", "1.2.3.4"),
        ("192.0.2.1", "[2001:db8:1:2::1]:443", "20010db800010002::"),
        ("192.0.2.1", "[2001:db8:1:2::1]", "20010db800010002::"),
        ("192.0.2.1", "unknown", "192.0.2.1"),
        ("a socket", "", "a socket"),
    ],
)
def test_a_place_is_what_the_nearest_proxy_saw(peer: str, forwarded: str, place: str) -> None:
    """Never what the sender wrote before it; the addresses of one IPv6 network are one place."""
    assert place_of(peer, forwarded) == place


def test_a_proxy_that_does_not_say_where_visitors_are_is_told_of_once(options: Options, users: Users) -> None:
    """Whoever started the page reads that all are one place; not where the header is as it should be."""
    for forwarded, told in (
        ({}, 1),
        ({"x-forwarded-for": "unknown"}, 1),
        ({"x-forwarded-for": "192.0.2.1:80"}, 0),
    ):
        lines = list[str]()
        address = Address.of([OUTSIDE], proxied=True)
        site = Site(options, Door(users, str, time.monotonic), address, lines.append)
        for _ in range(2):
            headers = {"origin": OUTSIDE, **forwarded}
            Browser(site, OUTSIDE).http.post("/sign-in", data={"name": "x", "password": "x"}, headers=headers)
        assert len(lines) == told
        site.house.works.close()


def test_only_a_proxy_says_where_somebody_is(options: Options, users: Users, remote: Site) -> None:
    """Without --behind-proxy, an address in a header is worth nothing; with it, each visitor is one."""
    for proxied, expected in ((False, 429), (True, 401)):
        address = Address.of([OUTSIDE], proxied=proxied)
        site = Site(options, Door(users, str, time.monotonic), address)
        browser = Browser(site, OUTSIDE)
        for number in range(GUESSES + 1):
            headers = {"origin": OUTSIDE, "x-forwarded-for": f"192.0.2.{number}"}
            page = browser.http.post("/sign-in", data={"name": "a-look", "password": "x"}, headers=headers)
        assert page.status_code == expected
        site.house.works.close()


def test_keys_of_links_are_not_guessed(site: Site, links: list[str]) -> None:
    """A few wrong ones, and none is looked at for a while but the right one; they are 256 bits long, and nobody's guesses keep its owner out."""
    site.house.door.new_link()
    guesser = Browser(site)
    for _ in range(GUESSES + 1):
        guesser.get("/enter?key=guess")
    assert (guesser.status, len(links[-1])) == (429, 43)
    assert "You are in" in Browser(site).get(f"/enter?key={links[-1]}")


def test_nobody_else_uses_up_guesses_or_links(site: Site, links: list[str]) -> None:
    """Pages elsewhere that load the link as a picture or in a frame, and old links opened again, keep nobody out."""
    site.house.door.new_link()
    browser = Browser(site)
    for dest in ("image", "iframe", "script", "empty", "style", "object"):
        browser.get("/enter?key=guess", **{"sec-fetch-dest": dest, "sec-fetch-site": "cross-site"})
        assert browser.status == 400
    browser.get(f"/enter?key={links[0]}", **{"sec-fetch-dest": "document"})
    assert "You are in" in browser.text
    other = Browser(site)
    for _ in range(GUESSES + 1):
        assert "was used before" in other.get(f"/enter?key={links[0]}")


def test_few_passwords_are_looked_at_at_once(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MB, so that many strangers at once would take all there is."""
    left = list[int]()

    class Counting:
        def verify(self, *_: str) -> None:
            taken = 0
            while AT_ONCE.acquire(blocking=False):
                taken += 1
            left.append(taken)
            for _ in range(taken):
                AT_ONCE.release()

    monkeypatch.setattr("agent.web.users._hasher", Counting)
    assert users.fits("a-look", PASSWORD)
    assert users.fits("a-look", PASSWORD)
    assert left == [1, 1]


def test_a_damaged_hash_lets_nobody_in(remote: Site, users: Users) -> None:
    """It is said in a sentence, and no error of a library reaches the server's log."""
    users.path.write_text('{"anna": {"role": "look", "password": "x"}}', encoding="utf-8")
    browser = Browser(remote, OUTSIDE)
    assert "is damaged" in browser.post("/sign-in", name="anna", password=PASSWORD)
    assert browser.status == 409


def test_passwords_are_kept_as_hashes_in_a_private_file(users: Users) -> None:
    """Argon2id, readable by the owner alone; a short one is refused, a damaged or open file is used by nobody."""
    text = users.path.read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert text.count("$argon2id$") == 3
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    for name, password in (("Anna", PASSWORD), ("anna", "short"), ("../x", PASSWORD), ("anna", "x" * 2000)):
        with pytest.raises(ConfigError, match="Nothing was changed"):
            users.add(name, "look", password)
    users.path.chmod(0o644)
    with pytest.raises(ConfigError, match="read by others"):
        users.listed()
    users.path.chmod(0o600)
    users.path.write_text('{"anna": {"role": "root"}}', encoding="utf-8")
    with pytest.raises(ConfigError, match="damaged"):
        users.role("anna")


def test_users_that_came_with_a_folder_let_nobody_in(users: Users) -> None:
    """A workspace that was copied or cloned may hold somebody else's users: what was open is not closed first, and not used."""
    users.path.chmod(0o644)
    make_private(users.path.parent)
    with pytest.raises(ConfigError, match=r"web-users.json can be read by others, so it is not used"):
        users.listed()


def test_the_real_hasher_works_hard(workspace: Path) -> None:
    """What the tests make cheap is argon2's own strength otherwise."""
    from agent.web.users import _hasher

    assert _hasher().memory_cost >= 19_456
    assert _hasher().time_cost >= 2


# --- texts


def test_hostile_texts_arrive_as_text(browser: Browser, journal: Journal) -> None:
    """A hundred names, requests, reasons and notes: each is read on the page as it is, marks named, and none is markup."""
    texts = [*HOSTILE, *HTML]
    assert len(texts) > 100
    names = [change(id=f"r.1.{n}", name=text, reason=text, target=str(n)) for n, text in enumerate(texts)]
    whole = a_set(*names, request=HTML[0]).model_copy(update={"notes": tuple(texts), "account_name": HTML[1]})
    whole = type(whole)(**{name: getattr(whole, name) for name in type(whole).model_fields})
    journal.propose(whole)
    sets = [a_set(change(id=f"r.{n}.x"), request=text) for n, text in enumerate(texts)]
    for one in sets:
        journal.propose(one)
    journal.decline(sets[0], HTML[2], HTML[4])
    for path in (
        "/inbox",
        "/history",
        f"/sets/{whole.id}",
        f"/sets/{sets[0].id}",
        f"/history?account={HTML[0]}",
    ):
        browser.get(path)
        page = browser.page.text
        tags = set(re.findall(r"<(/?[a-z][^\s>/]*)", page, re.IGNORECASE))
        assert not tags & {"script", "img", "svg", "b", "base", "/textarea", "iframe", "object"}, path
        assert not re.search(r"<[^>]*\son\w+\s*=[^>]*>", re.sub(r'"[^"]*"', '""', page)), path
        assert not re.search("[\u200b\u202e\u2066\x00-\x09\x0b-\x1f\x7f-\x9f]", page), path
        assert page.count('name="seal"') == (2 if path.endswith(whole.id) else 0), path
    browser.get(f"/sets/{whole.id}")
    read = browser.text
    assert all(" ".join(visible(text).split()) in read for text in texts)
    assert {journal.state(one.id) for one in sets[1:]} == {"proposed"}


def test_a_text_without_end_stands_once(browser: Browser, journal: Journal) -> None:
    """A browser needs half a minute for 400,000 letters: where many texts stand together they are short, the set has it all."""
    made = a_set(change(id="r.1.0"), request="x" * 100_000)
    journal.propose(made)
    journal.decline(made, "somebody", "y" * 100_000)
    waits = a_set(change(id="r.2.0"), request="z" * 100_000)
    journal.propose(waits)
    for path in ("/", "/inbox", "/history"):
        browser.get(path)
        assert len(browser.page.text) < 8000, path
    assert "z" * 100_000 in browser.get(f"/sets/{waits.id}")
    assert browser.page.text.count("z" * 1000) == 100


def test_queries_are_no_code(browser: Browser, waiting: str, journal: Journal) -> None:
    """SQL, templates and paths in ids, accounts and fields find nothing and change nothing."""
    for text in (
        "' OR 1=1 --",
        "cs-%",
        "x'; DELETE FROM runs; --",
        "{{7*7}}",
        "../../etc/passwd",
        "%00",
        "cs-0\n",
    ):
        for path in ("/history", "/ask"):
            answer = browser.http.get(path, params={"account": text})
            assert answer.status_code in (200, 409)
            assert "secret" not in answer.text
            assert "49" not in re.sub(r'value="[^"]*"', "", answer.text)
        assert browser.http.get(f"/sets/{quote(text)}").status_code in (404, 409)
    assert journal.state(waiting) == "proposed"


def test_odd_forms_do_nothing(
    browser: Browser, waiting: str, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON, a file upload, broken text, thousands of fields, and more bytes than a form has, announced or not."""
    browser.get(f"/sets/{waiting}")
    path, headers = f"/sets/{waiting}/decline", {"origin": ORIGIN}
    fields = browser.hidden()
    assert browser.http.post(path, json=fields, headers=headers).status_code == 403
    assert (
        browser.http.post(path, files={"seal": ("x", b"y")}, data=fields, headers=headers).status_code == 403
    )
    form = headers | {"content-type": "application/x-www-form-urlencoded"}
    assert browser.http.post(path, content=b"\xff\xfe=%zz&&&", headers=form).status_code == 403
    assert browser.http.post(path, content="a=1&" * 7000, headers=form).status_code == 413
    monkeypatch.setattr(guard, "MOST_BYTES", 1000)
    assert browser.http.post(path, content="a" * 1001, headers=form).status_code == 413
    assert browser.http.post(path, content=iter([b"a" * 600] * 2), headers=form).status_code == 413
    assert browser.http.post(path, content=b"", headers=form | {"content-length": "many"}).status_code == 413
    assert journal.state(waiting) == "proposed"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_a_form_that_does_not_arrive_does_nothing(
    path: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that goes away in the middle, or sends for ever, gets a sentence at most; the server has no error."""
    monkeypatch.setattr(page_app, "ARRIVES_S", 0.01)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    named = {"host": ORIGIN.removeprefix("http://"), "origin": ORIGIN, "cookie": cookie}
    named["content-type"] = "application/x-www-form-urlencoded"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b""}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in named.items()]
    for goes_away in (True, False):
        sent, told = list[Any](), [{"type": "http.request", "body": b"name=", "more_body": True}]

        async def receive(told: Any = told, goes_away: bool = goes_away) -> Any:
            if told:
                return told.pop()
            return {"type": "http.disconnect"} if goes_away else await asyncio.Event().wait()

        async def send(message: Any, sent: Any = sent) -> None:
            sent.append(message)

        asyncio.run(browser.site.app(dict(scope), receive, send))
        assert (sent[0]["status"], b"did not arrive whole" in sent[1]["body"]) == (408, True)
    browser.get("/")
    assert browser.status == 200


# --- what is told


def test_a_bug_is_a_sentence(browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No trace, no path of ours beside that of the report, no token; the session goes on."""

    def broken(_: object) -> None:
        raise RuntimeError("token EAAB" + "x" * 40)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("agent.web.visits.House.journal", broken)
    text = browser.get("/")
    assert (browser.status, "adsteward hit a bug (RuntimeError)" in text) == (500, True)
    assert "Traceback" not in browser.page.text
    assert "EAAB" not in browser.page.text


def test_nothing_secret_is_logged_or_shown(
    browser: Browser,
    site: Site,
    waiting: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither Meta's token nor keys of sessions stand in a page, a log or the text of a value."""
    caplog.set_level(logging.DEBUG)
    token = "EAAB" + "canary" * 8
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", token)
    pages = "".join(browser.http.get(path).text for path in (*GETS, f"/sets/{waiting}"))
    entered = site.house.door.found(browser.http.cookies["adsteward-8765"])
    assert entered
    out, err = capsys.readouterr()
    told = pages + caplog.text + out + err + repr(entered)
    secrets = (token, entered.id, entered.key.hex())
    assert not [secret for secret in secrets if secret in told]
    assert entered.csrf not in caplog.text + repr(entered)


def test_other_computers_reach_it_over_tls_only(tmp_path: Path) -> None:
    """A host that is not this computer wants a certificate or a proxy, and the address that people open."""
    pem = tmp_path / "x.pem"
    for wrong, said in (
        ({"host": "10.0.0.7"}, "open to other computers"),
        ({"host": "192.168.0.7", "tls_cert": pem}, "go together"),
        ({"host": "10.0.0.7", "behind_proxy": True}, "--url"),
        ({"host": "10.0.0.7", "behind_proxy": True, "url": "http://ads.example.com"}, "--url"),
        ({"host": "10.0.0.7", "tls_cert": pem, "tls_key": pem, "url": "https://ads.example.com/x"}, "--url"),
        ({"url": OUTSIDE}, "--tls-cert or --behind-proxy"),
        *(
            ({"behind_proxy": True, "url": f"https://{odd}"}, "--url")
            for odd in (
                "[x",
                "a@b.example",
                "b.example:99999",
                "b.example?x",
                "b.example/#x",
                "b\u00fc.example",
                ":1",
            )
        ),
    ):
        with pytest.raises(ConfigError, match=said):
            Listening(**wrong).check()  # type: ignore[arg-type]
    right = Listening(host="10.0.0.7", behind_proxy=True, url=f"{OUTSIDE}/")
    right.check()
    assert right.address(8765).origins == {OUTSIDE}
    assert Listening().address(80).origins == {"http://127.0.0.1", "http://localhost", "http://[::1]"}
    assert Listening().address(1).hosts == {"127.0.0.1:1", "localhost:1", "[::1]:1"}


def test_where_passwords_are_asked_for_no_link_lets_in(remote: Site, users: Users, links: list[str]) -> None:
    """The link is for who sits at the server; a page for others has none."""
    browser = Browser(remote, OUTSIDE)
    assert "Sign in to adsteward" in browser.get("/")
    remote.house.door.new_link()
    browser.get("/enter?key=")
    assert (browser.status, links) == (401, [])


def test_a_page_comes_with_its_role_and_its_address() -> None:
    """Whoever adds a page says who may come; what changes something is never for those who only look."""
    for page in SITE:
        assert page.method == "GET" or page.role in ("approve", "operate"), page.path
