"""The pages in a real browser: from nothing to a list, by keyboard, on a phone, enlarged, in the
dark, with and without script."""

import pytest

from imports import samples

PHONE = {"width": 360, "height": 740}
ENLARGED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %: WCAG 1.4.10


def opened(chromium, address, *, script=True, size=None, dark=False):
    context = chromium.new_context(
        base_url=address,
        java_script_enabled=script,
        viewport=size or {"width": 1200, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.troubles = []
    page.addresses = []
    page.on("console", lambda said: said.type == "error" and page.troubles.append(said.text))
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("request", lambda asked: page.addresses.append(asked.url))
    return page


def with_a_list(page, words="comedy"):
    page.goto("/")
    page.fill("#words", words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lists/*")


def test_the_first_list_takes_a_sentence_and_one_key(chromium, address):
    page = opened(chromium, address)
    with_a_list(page)
    assert page.locator(".card").count() == 5
    assert page.locator("#status").inner_text() == "All texts are written."
    assert page.locator(".drafts").count() == 0
    assert page.locator(".card .text", has_text="Worded by the built-in template.").count() == 5
    checked = page.locator("#checked").inner_text()
    assert not checked.startswith("0 sentences")
    page.reload()  # the same list under its address
    assert page.locator(".card").count() == 5
    assert page.locator("#checked").inner_text() == checked
    assert page.troubles == []
    assert all(asked.startswith(address) for asked in page.addresses)
    page.context.close()


def test_five_films_by_key_press_then_the_list_by_keyboard_alone(chromium, address):
    page = opened(chromium, address)
    page.goto("/")
    n_steps = 0
    while not page.evaluate("document.activeElement.closest('.offer') !== null"):
        page.keyboard.press("Tab")
        n_steps += 1
        assert n_steps < 20
    for key in ("5", "Shift+4", "n", "3", "5", "1"):
        with page.expect_navigation():
            page.keyboard.press(key)
        n_steps += 1
        # the browser moves the focus with the first frame, which may come after the page
        page.wait_for_function("document.activeElement.classList.contains('offer')")
    assert "5 of 5 rated" in page.locator(".panel").first.inner_text()
    while page.evaluate("document.activeElement.innerText") != "Show my list":
        page.keyboard.press("Tab")
        n_steps += 1
        assert n_steps < 60
    page.keyboard.press("Enter")
    page.wait_for_url("**/lists/*")
    assert page.locator(".card").count() == 5
    page.goto("/me")
    given = page.locator(".history .star[aria-pressed=true]").all_inner_texts()
    assert sorted(given) == ["1 of 5", "3 of 5", "3.5 of 5", "5 of 5", "5 of 5"]
    page.context.close()


def test_everything_works_without_script(chromium, address):
    page = opened(chromium, address, script=False)
    with_a_list(page)
    assert page.locator(".card").count() == 5
    page.locator(".sentence summary").first.click()
    page.locator(".sentence[open] a").first.click()
    assert page.locator("h1").inner_text().startswith("A fact about")
    page.get_by_text("Back to the list").click()
    page.locator(".card").nth(1).get_by_role("button", name="Not for me").click()
    assert page.locator(".card.held").count() == 1
    page.get_by_role("button", name="Undo").click()
    assert page.locator(".card.held").count() == 0
    page.locator(".card").first.locator("button[value='4.5']").click()
    page.get_by_role("button", name="List anew").click()
    assert page.locator(".card").count() == 5
    page.context.close()


def test_what_is_said_of_a_card_shows_at_once_and_keeps_the_place(chromium, address):
    page = opened(chromium, address)
    with_a_list(page)
    page.locator(".card").nth(2).locator("button[value='3.5']").click()
    page.wait_for_selector(".card .said")
    assert page.locator("#status").inner_text() == "Rated 3.5"
    assert page.evaluate("document.activeElement.innerText") == "3.5 of 5"
    page.locator(".card").nth(2).get_by_role("button", name="Undo").click()
    page.wait_for_selector(".card .said", state="detached")
    page.locator(".sentence summary").first.click()
    page.locator("a[data-fact]").first.click()
    page.wait_for_selector(".reading")
    assert page.troubles == []
    page.context.close()


def test_a_file_that_is_dropped_on_the_page_is_read(chromium, address):
    page = opened(chromium, address)
    page.goto("/")
    page.evaluate(
        """text => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "ratings.csv", {type: "text/csv"}));
            document.body.dispatchEvent(
                new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
        }""",
        samples.LETTERBOXD["ratings.csv"],
    )
    page.wait_for_selector("text=Letterboxd: 5 rows read")
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "400 %"])
def test_nothing_has_to_be_scrolled_sideways_and_targets_are_large_enough(chromium, address, size):
    page = opened(chromium, address, size=size)
    with_a_list(page)
    here = page.url
    for where in (here, "/", "/me", "/together", "/admin"):
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], where
        small = page.evaluate(
            """[...document.querySelectorAll("button, nav a, summary, input:not([type=hidden])")]
                .filter(one => one.checkVisibility())
                .map(one => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
                .filter(([box]) => box.width < 24 || box.height < 24)
                .map(([box, html]) => `${box.width}x${box.height} ${html}`)"""
        )
        assert small == [], where
    page.goto("/")
    export = {
        "name": "x.csv",
        "mimeType": "text/csv",
        "buffer": b"title\nMoonmilk\nThe Glass Harbor\n",
    }
    page.set_input_files("#export", export)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_selector("text=Which one did you mean?")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.context.close()


@pytest.mark.parametrize(
    ("dark", "size"), [(False, None), (True, PHONE)], ids=["light desk", "dark phone"]
)
def test_axe_finds_no_fault(chromium, address, axe, dark, size):
    page = opened(chromium, address, dark=dark, size=size)
    with_a_list(page)
    page.locator(".sentence summary").first.click()
    page.locator("a[data-fact]").first.click()
    page.wait_for_selector(".reading")
    page.locator(".card").nth(1).get_by_role("button", name="Not for me").click()
    page.wait_for_selector(".card.held")
    page.locator(".less summary").nth(2).click()
    faults = _faults(page, axe)
    for where in ("/", "/me", "/together", "/admin", "/login", "/lists/none"):
        page.goto(where)
        faults += _faults(page, axe)
    assert faults == []
    page.context.close()


def _faults(page, axe) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    return [
        f"{page.url}: {fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def test_what_has_the_focus_can_be_seen(chromium, address):
    page = opened(chromium, address, size=PHONE)
    with_a_list(page)
    page.evaluate("document.querySelector('.skip').focus()")
    for _ in range(40):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const one = document.activeElement, box = one.getBoundingClientRect();
                if (one === document.body) return "";
                const top = document.elementFromPoint(
                    box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 1));
                const shown = top && (one.contains(top) || top.contains(one));
                const style = getComputedStyle(one);
                return shown && style.outlineStyle !== "none" ? "" : one.outerHTML.slice(0, 100);
            }"""
        )
        assert hidden == ""
    page.context.close()
