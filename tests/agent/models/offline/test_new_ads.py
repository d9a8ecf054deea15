"""New ads are made in one turn, and what fails is told once."""

from tests.agent.models.offline.talking import Talk, applied

MAKE = "make an ad from pics/hero.jpg with text 'Snap and go', title 'AI receipts', in ad set Summer – Prospecting"


def test_an_ad_is_made_in_one_turn():
    """Picture, creative and ad are one launch; the ad set's name was looked up before, and the answer says how it is run."""
    done = [
        {"name": name, "outcome": "done", "id": i}
        for name, i in (("hero.jpg", None), ("AI receipts", "9"), ("AI receipts", "23850000000001"))
    ]
    talk = Talk(launch_ads=applied() | {"changes": done})
    answer = talk.say(MAKE)
    ad = {"name": "AI receipts", "image_paths": ["pics/hero.jpg"]}
    shared = {"bodies": ["Snap and go"], "titles": ["AI receipts"], "adset_id": "23847000000001"}
    assert talk.turns[-1] == [("launch_ads", {**shared, "ads": [ad]})]
    assert "Done: 3 of 3 made" in answer
    assert answer.endswith("is PAUSED, id 23850000000001. To run it: activate 23850000000001")


def test_a_failed_launch_is_told_once():
    """What is wrong is said as the tool says it, and nothing is told to be there."""
    error = {"error": "Nothing was sent. 1 problem: a creative needs an https link: give link."}
    answer = Talk(launch_ads=error).say(MAKE)
    assert answer.count("a creative needs an https link") == 1
    assert "Done" not in answer
    assert "PAUSED" not in answer


def test_words_behind_a_label_need_no_quotes():
    """Words such as in "text: Hello trail, headline: Walk on" are the ad's words, as far as the comma."""
    talk = Talk(launch_ads=applied("a"))
    talk.say("new ad in Summer – Prospecting from a.png, text: Time to go out and about, headline: Walk on!")
    ((_, asked),) = talk.turns[-1]
    assert (asked["bodies"], asked["titles"]) == (["Time to go out and about"], ["Walk on"])


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
