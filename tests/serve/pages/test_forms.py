"""The pages as forms and links: what a browser without script does. No markup of data executes, no
form of another page counts, and nobody sees another person."""

import json
import re

import httpx2
import pytest
from starlette.testclient import TestClient

from imports import samples
from recsys_rag._serve.app import make_app
from recsys_rag._serve.pages.frame import TEMPLATES
from recsys_rag._serve.pages.routes import router


@pytest.fixture
def browser(service):
    with TestClient(make_app(service, pages=[router])) as client:
        yield client


def token_of(page) -> str:
    return re.search(r'name="token" value="(\w+)"', page.text)[1]


def send(browser, address, token=None, **fields):
    token = token or token_of(browser.get("/"))
    return browser.post(address, data={"token": token, **fields})


def a_list(browser, **fields):
    page = send(browser, "/lists", words="comedy", **fields)
    assert page.status_code == 200, page.text
    assert re.fullmatch(r"/lists/[\w-]+", page.url.path)
    return page


def test_five_ratings_then_a_list(browser):
    offered = []
    for _ in range(5):
        page = browser.get("/")
        item = re.search(r'name="item" value="([^"]+)"', page.text)[1]
        offered.append(item)
        page = send(browser, "/say", token_of(page), item=item, rating="4.5", next="/")
        assert page.url.path == "/"
    assert len(set(offered)) == 5  # each once
    assert "5 of 5 rated" in page.text
    page = send(browser, "/lists")
    assert page.text.count('<li class="card') == 5
    shown = browser.get(f"{page.url.path}.json").json()
    assert [item["rank"] for item in shown["list"]["items"]] == [1, 2, 3, 4, 5]
    assert not {item["item_id"] for item in shown["list"]["items"]} & set(offered)


@pytest.mark.parametrize("path", ["/", "/list"])
def test_a_first_sight_takes_less_than_100_kilobytes_and_nothing_from_elsewhere(browser, path):
    page = browser.get("/") if path == "/" else a_list(browser)
    linked = set(re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"', page.text))
    shown = {address for address in linked if not address.endswith(".json")}  # but for the twin
    assert all(address.startswith("/") and address[1] != "/" for address in linked)
    parts = {address: browser.get(address) for address in shown}
    assert len(parts) >= 3  # style, script, icon
    for address in re.findall(r"url\(([^)]+)\)", parts["/static/page.css"].text):
        parts[address] = browser.get(str(httpx2.URL("/static/").join(address.strip("\"'"))))
    assert {answer.status_code for answer in parts.values()} == {200}
    assert len(page.content) + sum(len(one.content) for one in parts.values()) < 100_000


def test_a_sentence_is_enough_and_each_part_of_it_can_be_taken_back(browser):
    page = send(browser, "/lists", words="comedy, not horror")
    shown = browser.get(f"{page.url.path}.json").json()
    means = [chip["means"] for chip in shown["list"]["understood"]]
    assert means == ["genre: Comedy", "not: Horror"]
    horror = shown["list"]["understood"][1]["id"]
    page = send(browser, "/lists", after=shown["list"]["id"], without=horror)
    again = browser.get(f"{page.url.path}.json").json()
    assert [chip["means"] for chip in again["list"]["understood"]] == ["genre: Comedy"]
    assert again["list"]["previous_id"] == shown["list"]["id"]


def test_less_of_a_genre_and_back(browser):
    first = a_list(browser)
    id = first.url.path.rpartition("/")[2]
    page = send(browser, "/lists", after=id, not_genre="Romance")
    shown = browser.get(f"{page.url.path}.json").json()
    assert shown["refused"] == ["Romance"]
    assert all("Romance" not in item["genres"] for item in shown["list"]["items"])
    page = send(browser, "/lists", after=shown["list"]["id"], with_genre="Romance")
    assert browser.get(f"{page.url.path}.json").json()["refused"] == []


def test_what_is_said_counts_shows_and_can_be_undone(browser):
    page = a_list(browser)
    shown = browser.get(f"{page.url.path}.json").json()
    first, second, third = [item["item_id"] for item in shown["list"]["items"]][:3]
    send(browser, "/say", item=first, rating="2")
    send(browser, "/say", item=second, kind="not_for_me")
    send(browser, "/say", item=third, kind="seen")
    own = browser.get(f"{page.url.path}.json").json()["own"]
    assert own[first]["rating"] == 2
    assert own[second]["is_held_back"]
    assert own[third]["is_seen"]
    me = browser.get("/me.json").json()
    assert [row["item_id"] for row in me["rated"]] == [first]
    anew = send(browser, "/lists", after=shown["list"]["id"])
    listed = browser.get(f"{anew.url.path}.json").json()
    assert not {first, second, third} & {i["item_id"] for i in listed["list"]["items"]}
    assert listed["gone"]
    send(browser, "/say", item=first, kind="withdrawn")
    assert browser.get("/me.json").json()["rated"] == []


def test_a_sentence_opens_its_facts_and_a_fact_its_rows(browser):
    page = a_list(browser)
    address = re.search(r'href="(/lists/[^"]+/facts/\d+)"', page.text)[1]
    fact = browser.get(address)
    assert fact.status_code == 200
    assert "as of then" in fact.text
    assert "<html" not in browser.get(address, headers={"X-Part": "reading"}).text
    assert browser.get(f"{address}.json").json()["reading"]["now"]["is_borne_out"] is True


def test_a_list_comes_as_events_where_script_asks(browser):
    with browser.stream(
        "POST",
        "/lists",
        data={"token": token_of(browser.get("/")), "words": "comedy"},
        headers={"Accept": "text/event-stream"},
    ) as answer:
        text = answer.read().decode()
    names = re.findall(r"^event: (\w+)$", text, re.MULTILINE)
    assert names == [*["drafted"] * 5, "ranked", *["written"] * 5, "finished"]
    told = [json.loads(line) for line in re.findall(r"^data: (.+)$", text, re.MULTILINE)]
    drafts, whole = told[:5], told[5]["html"]
    for draft in drafts:  # each text of the list is there before it, with nothing to act on
        assert re.search(r'<p class="text">(.+?)\.', draft["html"])[1] in whole
        assert not re.search(r"<(form|button|a|details)\b", draft["html"])


def test_the_page_says_who_wrote_each_text_as_the_api_does(browser):
    page = a_list(browser)
    items = browser.get(f"{page.url.path}.json").json()["list"]["items"]
    assert {item["written_by"] for item in items} == {"template"}
    assert page.text.count("Worded by the built-in template.") == len(items)
    by_model = {"item_id": "1", "sentences": (), "facts": (), "written_by": "clauses"}
    for repaired, says in ((False, "(clauses)."), (True, "(clauses), repaired once.")):
        item = by_model | {"repaired": repaired}
        text = TEMPLATES.get_template("parts/text.html").render(item=item, list_id="l")
        assert f"Worded by the language model {says}" in text


def test_an_export_counts_at_once_and_its_watchlist_can_be_asked(browser):
    page = browser.get("/")
    done = browser.post(
        "/import",
        data={"token": token_of(page)},
        files={"export": ("letterboxd.zip", samples.zipped(samples.LETTERBOXD))},
    )
    assert done.status_code == 200, done.text
    assert "Letterboxd: 16 rows read" in done.text
    assert "6 titles now count for you" in done.text or "6 films now count for you" in done.text
    assert "secret" not in done.text
    me = browser.get("/me.json").json()
    assert {row["title"] for row in me["rated"]} == {
        *("Café Morvane", "4417", "The Glass Harbor", "Quillmere")
    }
    assert [row["title"] for row in me["liked"]] == ["Bonewhistle"]
    assert [row["title"] for row in me["seen"]] == ["Vandrell"]
    only = re.search(r"<textarea name=\"only\" hidden>(.*?)</textarea>", done.text, re.DOTALL)[1]
    tonight = send(browser, "/lists", only=only)
    shown = browser.get(f"{tonight.url.path}.json").json()
    assert [item["title"] for item in shown["list"]["items"]] == ["Neon Hymn"]


def test_whose_history_is_asked_on_the_page(browser):
    token = token_of(browser.get("/"))
    file = {"export": ("ViewingActivity.csv", samples.NETFLIX_ACTIVITY.encode())}
    asked = browser.post("/import", data={"token": token}, files=file)
    assert asked.status_code == 422
    assert "in the field &#34;Whose&#34;" in asked.text
    done = browser.post("/import", data={"token": token, "viewer": "Me"}, files=file)
    assert done.status_code == 200


def test_a_bomb_or_no_export_is_told_in_words(browser):
    token = token_of(browser.get("/"))
    for name, content in (
        ("x.zip", samples.zipped({"../x.csv": "a"})),
        ("x.zip", samples.zipped({"a.csv": "0" * 30_000_000})),
        ("x.csv", b"a,b\n1,2\n"),
    ):
        done = browser.post("/import", data={"token": token}, files={"export": (name, content)})
        assert done.status_code == 422
        assert 'role="alert"' in done.text
    assert browser.post("/import", data={"token": token}).status_code == 422


def test_a_group_has_a_reason_for_each(browser):
    page = send(
        browser,
        "/together",
        name1="Ada",
        taste1="Café Morvane\nNeon Hymn",
        name2="Bo",
        taste2="westerns",
    )
    assert page.status_code == 200, page.text
    assert "For Ada and Bo" in page.text
    assert page.text.count("<strong>Ada ") == page.text.count("<strong>Bo ") > 0
    alone = send(browser, "/together", name1="Ada", taste1="drama")
    assert alone.status_code == 422
    assert "a group has 2 to 10 people" in alone.text


def test_a_form_of_another_page_does_not_count(browser):
    token = token_of(browser.get("/"))
    item = "1"
    assert browser.post("/say", data={"item": item, "rating": "5"}).status_code == 403
    assert send(browser, "/say", "0" * 32, item=item, rating="5").status_code == 403
    foreign = browser.post(
        "/say",
        data={"token": token, "item": item, "rating": "5"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert foreign.status_code == 403
    browser.cookies.clear()  # another person's token
    browser.get("/")
    assert send(browser, "/say", token, item=item, rating="5").status_code == 403
    assert browser.get("/me.json").json()["rated"] == []


def test_nobody_sees_another_persons_list_or_facts(browser):
    page = a_list(browser)
    fact = re.search(r'href="(/lists/[^"]+/facts/\d+)"', page.text)[1]
    browser.cookies.clear()
    assert browser.get(page.url.path).status_code == 404
    assert browser.get(f"{page.url.path}.json").status_code == 404
    assert browser.get(fact).status_code == 404
    id = page.url.path.rpartition("/")[2]
    assert send(browser, "/lists", after=id, words="drama").status_code == 404


def test_the_cookie_is_for_this_site_and_no_script(browser):
    given = browser.get("/").headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    assert "set-cookie" not in browser.get("/").headers


def test_no_inline_script_or_style_and_nothing_from_elsewhere(browser):
    pages = [a_list(browser), *(browser.get(a) for a in ("/", "/me", "/together", "/admin"))]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|style=|<script(?! src=\"/static/)|\son\w+=", page.text)
        assert not re.search(r"(?:src|href)=\"(?!/|#)", page.text)
    sizes = [len(browser.get(f"/static/{name}").content) for name in ("page.css", "page.js")]
    assert sum(sizes) + len(browser.get("/").content) < 100_000


def test_words_that_are_markup_are_words(browser):
    bad = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    page = send(browser, "/lists", words=f"comedy {bad}")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    told = send(browser, "/say", item=bad, rating="5")
    assert told.status_code == 404
    assert "<script>alert" not in told.text


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example/", "/\\evil", "x"])
def test_a_form_leads_to_no_other_site(browser, next):
    token = token_of(browser.get("/"))
    item = re.search(r'name="item" value="([^"]+)"', browser.get("/").text)[1]
    done = browser.post(
        "/say",
        data={"token": token, "item": item, "kind": "seen", "next": next},
        follow_redirects=False,
    )
    assert (done.status_code, done.headers["location"]) == (303, "/")


def test_all_that_is_held_can_be_taken_and_deleted(browser):
    a_list(browser)
    held = browser.get("/me/export.json")
    assert "attachment" in held.headers["content-disposition"]
    assert len(held.json()["recommendations"]) == 1
    done = send(browser, "/me/forget")
    assert "You are forgotten here" in done.text
    assert 'recsys_rag_person=""' in done.headers["set-cookie"]


@pytest.mark.parametrize("address", ["/", "/me", "/together", "/admin"])
def test_every_page_has_a_twin_in_json(browser, address):
    page = browser.get(address)
    twin = re.search(r'rel="alternate" type="application/json" href="([^"]+)"', page.text)[1]
    assert browser.get(twin).headers["content-type"] == "application/json"


def test_without_anything_said_there_is_no_list_but_a_hint(browser):
    page = send(browser, "/lists")
    assert page.status_code == 422
    assert "Rate a film, or say in words what you would like" in page.text


def test_a_form_for_a_group_keeps_what_was_given(browser):
    page = send(browser, "/together", name1="Ada", taste1="drama <b>", words="western")
    assert page.status_code == 422
    assert 'value="Ada"' in page.text
    assert "drama &lt;b&gt;</textarea>" in page.text
    assert 'value="western"' in page.text


def test_where_a_key_is_needed_the_pages_ask_for_one_and_sign_out_again(service):
    key = service.keys.create("shop", ("recommend", "feedback"))
    with TestClient(make_app(service, needs_key=True, pages=[router])) as client:
        for path in ("/", "/me", "/together", "/admin", "/me/export", "/lists/x"):
            assert client.get(path).url.path == "/login"
            assert client.get("/index.json" if path == "/" else f"{path}.json").status_code == 401
        token = token_of(client.get("/login"))
        for address in ("/lists", "/say", "/together", "/import", "/me/forget", "/admin/refit"):
            assert client.post(address, data={"token": token}).status_code == 401
        wrong = client.post("/login", data={"token": token, "key": f"{key}x"})
        assert wrong.status_code == 401
        assert 'role="alert"' in wrong.text
        assert client.post("/login", data={"token": "x", "key": key}).status_code == 403
        assert "recsys_rag_key" not in client.cookies
        done = client.post("/login", data={"token": token, "key": key}, follow_redirects=False)
        assert re.fullmatch(
            r"recsys_rag_key=\S+; HttpOnly; Path=/; SameSite=strict", done.headers["set-cookie"]
        )
        page = a_list(client)
        assert key not in page.text
        assert client.get("/admin").status_code == 403  # the scope of others
        assert client.post("/admin/refit", data={"token": token}).status_code == 403
        assert client.get("/api/v1/items").status_code == 401  # a cookie is no key of the API
        assert client.post("/logout", data={"token": token}).url.path == "/login"
        assert client.get("/").url.path == "/login"


def test_a_key_that_is_revoked_or_asks_too_often_opens_no_page(service):
    admin = service.keys.create("boss", ("admin",))
    slow = service.keys.create("slow", ("recommend", "feedback"), per_minute=1)
    with TestClient(make_app(service, needs_key=True, pages=[router])) as client:
        client.cookies.set("recsys_rag_key", slow)
        statuses = [client.get("/me").status_code for _ in range(10)]
        assert statuses[0] == 200
        assert statuses[-1] == 429
        client.cookies.set("recsys_rag_key", admin)
        assert client.get("/admin").url.path == "/admin"
        service.keys.revoke(admin.split("_")[1])
        service.keys._remembered.clear()  # a second later
        assert client.get("/admin").url.path == "/login"


def answer_back(browser, page, **said):
    fields = dict(re.findall(r'name="(list|conversation|after)" value="([^"]*)"', page.text))
    return send(browser, "/answer", **fields, **said)


def test_a_list_is_answered_back_to_and_each_word_can_be_taken_back(browser):
    page = a_list(browser)
    before = browser.get(f"{page.url.path}.json").json()["list"]["items"]
    page = answer_back(browser, page, say="not 1")
    assert re.fullmatch(r"/conversations/\w+", page.url.path)
    shown = browser.get(f"{page.url.path}.json").json()
    ids = [item["item_id"] for item in shown["list"]["items"]]
    assert ids[:4] == [item["item_id"] for item in before[1:]]
    (critique,) = shown["talk"]["critiques"]
    assert critique["words"] == "not 1"
    page = answer_back(browser, page, say="why 1?")
    assert (
        before[1]["title"]
        in browser.get(f"{page.url.path}.json").json()["talk"]["turns"][1]["reply"]
    )
    page = answer_back(browser, page, take_back=critique["id"])
    shown = browser.get(f"{page.url.path}.json").json()
    assert shown["talk"]["critiques"] == []
    assert [item["item_id"] for item in shown["list"]["items"]] == [i["item_id"] for i in before]


def test_of_two_windows_the_later_is_told_and_keeps_its_words(browser):
    page = answer_back(browser, a_list(browser), say="not 1")
    first = answer_back(browser, page, say="not 2")
    later = answer_back(browser, page, say="<b>newer</b>")
    assert (first.status_code, later.status_code) == (200, 409)
    assert "has gone on elsewhere" in later.text
    assert 'value="&lt;b&gt;newer&lt;/b&gt;"' in later.text
    assert len(browser.get(f"{first.url.path}.json").json()["talk"]["turns"]) == 2


def test_nobody_answers_in_the_conversation_of_another(browser, service):
    page = answer_back(browser, a_list(browser), say="not 1")
    with TestClient(make_app(service, pages=[router])) as other:
        assert other.get(page.url.path).status_code == 404
        fields = {"conversation": page.url.path.rpartition("/")[2], "say": "not 1"}
        assert send(other, "/answer", **fields).status_code == 404
