"""New ads are made in one turn, and what fails is told once."""

from tests.agent.models.offline.talking import Talk, applied

MAKE = "make an ad from pics/hero.jpg with text 'Snap and go', title 'AI receipts', in ad set Summer – Prospecting"


def test_an_ad_is_made_in_one_turn():
    """Upload, creative and ad go together; the ad set's name was looked up before."""
    made = {"id": "23850000000001"}
    talk = Talk(create_ad=applied() | {"changes": [{"name": "AI receipts", "outcome": "done", **made}]})
    answer = talk.say(MAKE)
    assert talk.turns[-1] == [
        ("upload_image", {"paths": ["pics/hero.jpg"]}),
        (
            "create_creative",
            {
                "name": "AI receipts",
                "image_hashes": ["new:hero.jpg"],
                "bodies": ["Snap and go"],
                "titles": ["AI receipts"],
            },
        ),
        (
            "create_ad",
            {"name": "AI receipts", "creative_id": "new:AI receipts", "adset_id": "23847000000001"},
        ),
    ]
    assert "is PAUSED, id 23850000000001. To run it: activate 23850000000001" in answer


def test_an_image_that_is_there_already_is_used_by_its_hash():
    """Where new:FILENAME fails because nothing was uploaded, a second turn names the hash."""
    there = {"state": "nothing to change", "note": "hero.jpg is already there: image hash 0abc"}
    missing = {"error": "'new:hero.jpg' names nothing proposed before it in this turn (there is: nothing)."}
    talk = Talk(
        upload_image=there, create_creative=[missing, applied("X")], create_ad=[missing, applied("X")]
    )
    answer = talk.say(MAKE)
    assert [name for name, _ in talk.turns[-1]] == ["create_creative", "create_ad"]
    assert talk.turns[-1][0][1]["image_hashes"] == ["0abc"]
    assert "\nDone: 2 of 2 made" in answer
    assert "names nothing" not in answer


def test_a_failed_creative_is_told_once():
    """The error that matters comes first; what only follows from it is left out."""
    error = {"error": "A creative needs an https link, not None: give link, or set default_link in stack.md."}
    talk = Talk(
        create_creative=error,
        create_ad={"error": "'new:AI receipts' names nothing"},
        upload_image=applied("hero.jpg"),
    )
    answer = talk.say(MAKE)
    assert "\nThat did not work: A creative needs an https link" in answer
    assert "names nothing" not in answer
    assert "Done: 1 of 1 made" in answer
    assert "PAUSED" not in answer


def test_uploads_alone_have_nothing_to_take_back():
    """An image stays in the library."""
    answer = Talk(upload_image=applied("hero.jpg")).say("upload hero.jpg")
    assert "1 of 1 uploaded" in answer
    assert "undo" not in answer


def test_several_pictures_or_texts_are_a_launch_in_the_form_that_the_ad_set_takes():
    """Ads "from A and B" are an ad each, "an ad from A and B" is one of both, and two texts are no dynamic creative by themselves."""
    rest = {"bodies": ["Go"], "adset_id": "23847000000001"}
    pair = [{"name": "a", "image_path": "a.png"}, {"name": "b", "image_path": "b.png"}]
    texts = {"bodies": ["Go", "Stay"], "adset_id": "23847000000001"}
    for text, shared, ads in (
        ('make ads from a.png and b.png in ad set Summer – Prospecting with text "Go"', rest, pair),
        ('make two new ads from a.png and b.png in ad set Summer – Prospecting with text "Go"', rest, pair),
        ('make an ad each from a.png and b.png in ad set Summer – Prospecting with text "Go"', rest, pair),
        (
            'make an ad from a.png and b.png in ad set Summer – Prospecting with text "Go"',
            rest,
            [{"name": "a", "image_paths": ["a.png", "b.png"]}],
        ),
        (
            'make an ad from a.png in ad set Summer – Prospecting with these two texts "Go" and "Stay"',
            texts,
            [{"name": "a", "image_paths": ["a.png"]}],
        ),
    ):
        talk = Talk(launch_ads=applied("a"))
        talk.say(text)
        assert talk.turns[-1] == [("launch_ads", {**shared, "ads": ads})], text
