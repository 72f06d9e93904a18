"""QR codes in images are read within a budget of images and pixels."""

import io
from base64 import encodebytes
from typing import Any

import pytest
from PIL import Image
from zxingcpp import BarcodeFormat, create_barcode

from config.limits import Limits
from parsers.mime import Part, parse_mime
from parsers.qr import codes_in


def picture(text: str) -> Image.Image:
    pixels: Any = create_barcode(text, BarcodeFormat.QRCode).to_image(scale=3)
    shape: Any = memoryview(pixels).shape
    height, width = shape
    return Image.frombytes("L", (width, height), bytes(memoryview(pixels)))


def part(content: bytes, content_type: str = "image/png") -> str:
    return f"--b\nContent-Type: {content_type}\nContent-Transfer-Encoding: base64\n\n{encodebytes(content).decode()}\n"


def message(*parts: str) -> Part:
    return parse_mime(f'Content-Type: multipart/mixed; boundary="b"\n\n{"".join(parts)}--b--\n'.encode(), Limits())


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_code_is_read_in_every_usual_format(form: str) -> None:
    image = encoded(picture("http://a.example/"), form)
    assert codes_in(message(part(image, f"image/{form.lower()}")), Limits()) == ("http://a.example/",)


def test_an_inverted_and_turned_code_is_read() -> None:
    image = picture("http://a.example/").point(lambda grey: 255 - grey).rotate(90, expand=True)
    assert codes_in(message(part(encoded(image))), Limits()) == ("http://a.example/",)


@pytest.mark.parametrize("ink", [0, 255])
def test_a_code_on_a_transparent_ground_is_read_whatever_its_ink(ink: int) -> None:
    code = picture("http://a.example/")
    inked = Image.new("LA", code.size, (ink, 0))
    inked.putalpha(code.point(lambda grey: 255 - grey))
    assert codes_in(message(part(encoded(inked))), Limits()) == ("http://a.example/",)


@pytest.mark.parametrize("spare, codes", [(-1, ()), (0, ("x",)), (1, ("x",))])
def test_an_image_larger_than_the_budget_is_not_opened(spare: int, codes: tuple[str, ...]) -> None:
    image = picture("x")
    limits = Limits(image_pixels=image.width * image.height + spare)
    assert codes_in(message(part(encoded(image))), limits) == codes


def test_images_share_one_budget_of_pixels() -> None:
    image = encoded(picture("x"))
    limits = Limits(image_pixels=picture("x").width ** 2)
    assert codes_in(message(part(image), part(encoded(picture("y")))), limits) == ("x",)


@pytest.mark.parametrize("images, codes", [(1, 1), (2, 2), (3, 2)])
def test_only_so_many_images_are_opened(images: int, codes: int) -> None:
    parts = [part(encoded(picture(str(number)))) for number in range(images)]
    assert len(codes_in(message(*parts), Limits(images=2))) == codes


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"no image", encoded(picture("x"))[:80]])
def test_a_damaged_image_says_nothing(content: bytes) -> None:
    assert codes_in(message(part(content)), Limits()) == ()


def test_other_types_are_not_opened() -> None:
    assert codes_in(message(part(encoded(picture("x")), "application/pdf")), Limits()) == ()
