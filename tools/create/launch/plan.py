"""Turns checked ads into changes: each picture once, each creative once, and the ads that use them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.create.ad_parts import ad_change, upload_change
from tools.create.creative_spec import Creative, creative_change, spec
from tools.create.launch.account_checks import View
from tools.create.launch.copy_checks import button
from tools.create.launch.findings import Findings
from tools.create.launch.fit import form_in
from tools.create.launch.pictures import Album, Picture
from tools.create.launch.wanted import Wanted
from tools.domain.changes import Change
from tools.domain.references import Named
from tools.domain.tool import Context


@dataclass(slots=True)
class Planner:
    """Gathers the changes of one launch; numbers them in the order in which they are first needed."""

    ctx: Context
    view: View
    album: Album
    findings: Findings
    default_launch: str
    images: dict[str, Change] = field(default_factory=dict)
    creatives: dict[str, Change] = field(default_factory=dict)
    ads: list[Change] = field(default_factory=list)

    def plan(self, ads: Sequence[Wanted]) -> tuple[Change, ...]:
        """All changes: pictures, then creatives, then ads."""
        for ad in ads:
            self._ad(ad)
        return (*self.images.values(), *self.creatives.values(), *self.ads)

    def _ad(self, ad: Wanted) -> None:
        adset = self.view.adsets[ad.text("adset_id")]
        features = ad.fields.get("creative_features")
        creative = self._creative(
            Creative(
                name=ad.name,
                images=self._images(ad),
                bodies=ad.texts("bodies"),
                titles=ad.texts("titles"),
                descriptions=ad.texts("descriptions"),
                call_to_action=button(ad),
                link=ad.text("destination_url"),
                page_id=ad.text("page_id"),
                instagram_user_id=ad.text("instagram_user_id") or None,
                form=form_in(ad, adset),
                display_url=ad.text("display_url"),
                features=tuple(sorted(features.value.items())) if features else (),
            )
        )
        self.ads.append(
            ad_change(
                self.ctx,
                ad.name,
                adset,
                Named.made_by(creative),
                index=self._next(),
                notes=tuple(self.findings.of_ad.get(ad.number, ())),
                launch=ad.text("campaign") or self.default_launch,
            )
        )

    def _creative(self, creative: Creative) -> Change:
        """Ads that say and show the same share one creative, and with it its likes and comments."""
        same = json.dumps(spec(creative), sort_keys=True)
        if same not in self.creatives:
            self.creatives[same] = creative_change(self.ctx, creative, index=self._next())
        return self.creatives[same]

    def _images(self, ad: Wanted) -> tuple[Named, ...]:
        given = [Named(s.value, "", s.value) for kind, s in ad.images() if kind == "hash"]
        shown = [self._image(picture) for picture in self.album.of_ad[ad.number]] + given
        return tuple({str(one.value): one for one in shown}.values())

    def _image(self, picture: Picture) -> Named:
        upload = picture.upload
        if upload.graph_hash in self.view.library:
            return Named(upload.graph_hash, "", upload.filename)
        if upload.sha256 not in self.images:
            self.images[upload.sha256] = upload_change(self.ctx, upload, self._next())
        return Named.made_by(self.images[upload.sha256], "hash")

    def _next(self) -> int:
        return len(self.images) + len(self.creatives) + len(self.ads)
