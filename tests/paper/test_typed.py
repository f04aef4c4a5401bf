"""What people typed is parted in one way: on pages, in feeds, on paper, on other people's websites."""

from __future__ import annotations

import pytest

from trygghet.document import Bullets, Paragraph, as_html, typed


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ett.\n\nTvå.", "<p>Ett.</p>\n<p>Två.</p>"),
        ("Ett.\r\n \r\nTvå.", "<p>Ett.</p>\n<p>Två.</p>"),
        ("Vi gör:\n- mäter\n- berättar\nHör av er.", "<p>Vi gör:</p>\n<ul><li>mäter</li><li>berättar</li></ul>\n<p>Hör av er.</p>"),
        ("- mäter farten\nvid skolan\n- berättar", "<ul><li>mäter farten vid skolan</li><li>berättar</li></ul>"),
        ("Torget 1\nBjörken", "<p>Torget 1<br>Björken</p>"),
        ("-inte en lista", "<p>-inte en lista</p>"),
        ("<b>&\n- </li><script>", "<p>&lt;b&gt;&amp;</p>\n<ul><li>&lt;/li&gt;&lt;script&gt;</li></ul>"),
        ("{0} {x}", "<p>{0} {x}</p>"),
        (" \n\n ", ""),
    ],
)
def test_an_empty_line_parts_paragraphs_and_dashes_make_a_list(text: str, html: str) -> None:
    assert as_html(text) == html


def test_paper_gets_the_same_parts() -> None:
    assert typed("Vi gör:\n- mäter") == (Paragraph("Vi gör:"), Bullets(("mäter",)))
    assert '<ul class="listed">' in as_html("- mäter", list_class="listed")
