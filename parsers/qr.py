"""What QR codes in a message's images say; nothing is fetched, PDF and office files stay closed."""

import io
from typing import TYPE_CHECKING

from config.limits import Limits
from parsers.mime import Part

if TYPE_CHECKING:
    from PIL.Image import Image as ImageType

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/jpg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP", "image/bmp": "BMP"}
_COST_OF_TRANSPARENCY = 6  # a transparent picture is looked at twice, on four channels
_SMALLEST_SIDE = 21  # modules of the smallest QR code (ISO/IEC 18004, version 1)


def codes_in(message: Part, limits: Limits) -> tuple[str, ...]:
    """The texts of the codes in the images of a message, in order, each once.

    At most limits.images images are opened, and limits.image_pixels pixels in all; a damaged image says nothing.
    """
    images = [part for part in message.leaves() if part.content_type in _FORMATS][: limits.images]
    found: dict[str, None] = {}
    pixels = limits.image_pixels
    for image in images:
        used, texts = _codes(image, pixels)
        pixels -= used
        found.update(dict.fromkeys(texts))
    return tuple(found)


def _codes(image: Part, pixels: int) -> tuple[int, list[str]]:
    """The pixels looked at and the texts found; none where the image is too large, too small or damaged."""
    from PIL import Image  # most mails hold no image, so these are loaded late
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    try:
        with Image.open(io.BytesIO(image.content), formats=[_FORMATS[image.content_type]]) as picture:
            grounds = ("white", "black") if picture.has_transparency_data else ("",)
            size = picture.width * picture.height * (1 if grounds == ("",) else _COST_OF_TRANSPARENCY)
            if size > pixels or min(picture.size) < _SMALLEST_SIDE:
                return 0, []
            views = [_on(picture, ground) for ground in grounds]
    except Exception:  # the decoders raise whatever they like on damaged data
        return 0, []
    formats = BarcodeFormats(BarcodeFormat.QRCode)
    return size, [code.text for view in views for code in read_barcodes(view, formats=formats)]


def _on(picture: "ImageType", ground: str) -> "ImageType":
    """The picture in grey, where it is transparent on a ground of this colour."""
    from PIL import Image

    if not ground:
        return picture.convert("L")
    on_ground = Image.new("RGBA", picture.size, ground)
    on_ground.alpha_composite(picture.convert("RGBA"))
    return on_ground.convert("L")
