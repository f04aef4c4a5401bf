import pytest
pytestmark = pytest.mark.anyio
async def test_unknown(browser_of):
    c = await browser_of()
    r = await c.get("/nej")
    assert r.status_code == 404
    assert "Sidan finns inte" in r.text
    r = await c.get("/static/htmx-2.min.js")
    print(r.headers); assert r.status_code == 200
