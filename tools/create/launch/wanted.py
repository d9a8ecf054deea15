"""The ads a launch asks for, each with all its values and where every value was written.

A value comes from the ad, from the asset feed of the ad, from the top of the file, from the asset feed there,
or from stack.md: the first that has it counts.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tools.create.launch.document import At, Document, read_document
from tools.create.launch.feed import Feed, read_feed
from tools.create.launch.findings import Findings, Place, Sourced, label
from tools.create.launch.spec import AdFields, Parsed
from tools.domain.brand import Brand
from tools.domain.files import Given, real_path
from tools.domain.text import listed

IMAGES = ("image_path", "image_paths", "image_hashes")
_FEEDS = ("asset_feed_spec", "asset_feed_spec_path")
_BRAND = {
    "adset_id": "default_adset_id",
    "page_id": "page_id",
    "instagram_user_id": "instagram_user_id",
    "destination_url": "default_link",
}
_NEEDED = {
    "adset_id": "give adset_id, or set default_adset_id in stack.md",
    "page_id": "give page_id, or set it in stack.md",
    "destination_url": "give destination_url, or set default_link in stack.md",
    "bodies": "give bodies, or an asset feed that has some",
}


@dataclass(slots=True)
class Wanted:
    """One ad as it is wanted, before anything is checked."""

    number: int
    """As people count: from 1."""
    name: str
    place: Place
    fields: dict[str, Sourced[Any]] = field(default_factory=dict)
    flexible: bool = False
    """Its asset feed asked for DEGREES_OF_FREEDOM."""

    def text(self, name: str) -> str:
        found = self.fields.get(name)
        return str(found.value) if found else ""

    def place_of(self, name: str) -> Place:
        found = self.fields.get(name)
        return found.place if found else self.place

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.fields.get(name)
        return tuple(found.value) if found else ()

    def images(self) -> Iterator[tuple[str, Sourced[str]]]:
        """Its pictures: "path" or "hash", and what was written."""
        for name in IMAGES:
            if found := self.fields.get(name):
                kind = "hash" if name == "image_hashes" else "path"
                if isinstance(found.value, str):
                    yield kind, found
                else:
                    yield from ((kind, Sourced(v, found.place.below(n))) for n, v in enumerate(found.value))


@dataclass(slots=True)
class Files:
    """Finds the files a launch names: beside its own file, or from the current folder."""

    given: Given
    folder: Path | None
    _feeds: dict[str, Document | str] = field(default_factory=dict)

    def locate(self, text: str) -> Path:
        """The resolved path of a file that may be read. Raises ValueError."""
        here = Path(text)
        beside = [self.folder / here] if self.folder and not here.is_absolute() else []
        found = [real for path in (*beside, here) if (real := real_path(path)) is not None]
        if not found:
            raise ValueError("cannot be read (no usable file name)")
        allowed = [real for real in found if self.given.allows(real)]
        real = next((real for real in allowed if real.exists()), (allowed or found)[0])
        if refusal := self.given.refusal(real):
            raise ValueError(f"{refusal} (`adsteward launch`: --images FOLDER)")
        return real

    def feed(self, text: str) -> Document:
        """An asset feed in a file of its own, read once. Raises ValueError."""
        if text not in self._feeds:
            try:
                self._feeds[text] = read_document(self.locate(text), text, self.given.closed)
            except ValueError as wrong:
                self._feeds[text] = str(wrong)
        found = self._feeds[text]
        if isinstance(found, str):
            raise ValueError(found)  # noqa: TRY004 - what was wrong when it was read
        return found


def wanted_ads(
    parsed: Parsed, document: Document, brand: Brand, files: Files, findings: Findings
) -> list[Wanted]:
    """Every ad with all its values. What is missing or cannot be read goes to `findings`."""
    launch, resolver = parsed.launch, _Resolver(document, files, findings)
    if launch is None:
        return []
    shared = resolver.layers(launch, (), "", range(1, len(launch.ads) + 1))
    ads = []
    for index, spec in enumerate(launch.ads):
        unnamed = not parsed.unread.isdisjoint({("ads", index), ("ads", index, "name")})
        called = f"ad {index + 1}" if unnamed else label(index + 1, spec.name)
        own = resolver.layers(spec, ("ads", index), called, (index + 1,))
        ad = Wanted(index + 1, spec.name, Place(document, ("ads", index), called))
        for layer in (*own, *shared, _of_brand(brand)):
            _take(ad, layer)
        ads.append(ad)
    _need(ads, document, findings, parsed.unread)
    return ads


def _take(ad: Wanted, layer: Feed) -> None:
    """Values of a layer that the ad does not have yet; pictures come from one layer alone."""
    has_images = any(name in ad.fields for name in IMAGES)
    for name, value in layer.fields.items():
        if name not in ad.fields and not (has_images and name in IMAGES):
            ad.fields[name] = value
    ad.flexible = ad.flexible or layer.flexible


class _Resolver:
    def __init__(self, document: Document, files: Files, findings: Findings) -> None:
        self.document, self.files, self.findings = document, files, findings

    def layers(self, spec: AdFields, at: At, called: str, ads: range | tuple[int, ...]) -> list[Feed]:
        """What a part of the file says itself, and the asset feeds it names."""
        place = Place(self.document, at, called)
        own = Feed(
            {
                name: Sourced(getattr(spec, name), place.below(name))
                for name in AdFields.model_fields
                if name not in _FEEDS and getattr(spec, name) is not None
            }
        )
        feeds = [read_feed(source, self.findings) for source in self._feeds(spec, place)]
        for feed in feeds:
            for where, said in feed.notes:
                self.findings.note(where, said, ads)
        return [own, *feeds]

    def _feeds(self, spec: AdFields, place: Place) -> Iterator[Sourced[Any]]:
        if spec.asset_feed_spec is not None:
            yield Sourced(spec.asset_feed_spec, place.below("asset_feed_spec"))
        if spec.asset_feed_spec_path is not None:
            try:
                document = self.files.feed(spec.asset_feed_spec_path)
            except ValueError as wrong:
                self.findings.error(place.below("asset_feed_spec_path"), str(wrong))
            else:
                yield Sourced(document.data, Place(document))


def _of_brand(brand: Brand) -> Feed:
    document = Document("stack.md", {})
    found = {name: (key, getattr(brand, key)) for name, key in _BRAND.items()}
    return Feed(
        {name: Sourced(value, Place(document, (key,))) for name, (key, value) in found.items() if value}
    )


def _need(ads: list[Wanted], document: Document, findings: Findings, unread: Collection[At]) -> None:
    """One error for each field that ads lack, naming them; what is there and cannot be read is no lack."""

    def lacking(has: Callable[[Wanted], bool], *names: str) -> str:
        places = [(ad, [(name,) for name in names] + [(*ad.place.at, name) for name in names]) for ad in ads]
        told = [ad for ad, at in places if not has(ad) and not {ad.place.at, *at}.intersection(unread)]
        return listed([ad.place.ad for ad in told])

    for name, fix in _NEEDED.items():
        if them := lacking(partial(_gives, name), name):
            findings.error(Place(document), f"{name} is missing for {them}: {fix}")
    if them := lacking(lambda ad: any(True for _ in ad.images()), *IMAGES):
        findings.error(Place(document), f"a picture is missing for {them}: give image_path or image_hashes")


def _gives(name: str, ad: Wanted) -> bool:
    return bool(ad.fields.get(name) and ad.fields[name].value)
