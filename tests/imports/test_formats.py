"""What each format says, row by row. No catalog is asked here."""

import pytest

from imports import samples
from recsys_rag import imports
from recsys_rag.errors import DataError
from recsys_rag.imports import Export


def told(export: Export) -> list[tuple]:
    """What is worth comparing: kind, title, year, rating, date."""
    return [
        (entry.kind, entry.title, entry.year, entry.rating, entry.when) for entry in export.entries
    ]


def left_out(export: Export) -> list[tuple[str, str]]:
    return [(row.title, row.reason) for row in export.skipped]


def read(name: str, content: str | bytes, **options) -> Export:
    return imports.read_bytes(
        name, content if isinstance(content, bytes) else content.encode(), **options
    )


def test_letterboxd_keeps_four_kinds_apart_by_file_name():
    export = read("letterboxd-nobody-2024-utc.zip", samples.zipped(samples.LETTERBOXD))
    assert export.format == "Letterboxd"
    assert told(export) == [
        ("liked", "Café Morvane", 1966, None, "2024-03-02"),
        ("liked", "Bonewhistle", 1997, None, "2024-05-02"),
        ("rated", "Café Morvane", 1966, 4.5, "2024-03-02"),
        ("rated", "4417", 1998, 0.5, "2024-03-03"),
        ("rated", "The Glass Harbor", 1994, 3.0, "2024-03-04"),
        ("watched", "Untold", None, None, "2024-03-05"),  # listed there without a rating
        ("watched", "Café Morvane", 1966, None, "2024-03-02"),
        ("watched", "Vandrell", 1979, None, "2024-03-09"),
        ("wanting", "Neon Hymn", 1984, None, "2024-04-01"),
        ("wanting", "Vandrell", 1979, None, "2024-04-02"),
        # the diary: when it was seen; a rating only where ratings.csv has none
        ("watched", "Café Morvane", 1966, None, "2024-03-01"),
        ("watched", "Café Morvane", 1966, None, "2024-06-01"),
        ("rated", "Quillmere", 1961, 3.5, "2024-06-08"),
    ]
    assert left_out(export) == [
        ("The Glass Harbor", "on a list, which says neither seen nor wanted"),
        ("Moonmilk", "rating 'six' is not a number"),
        ("Café Morvane", "the diary has this entry too"),
    ]
    assert export.n_rows == 16
    assert {entry.scale.high for entry in export.entries if entry.scale} == {5}


def test_what_is_about_the_person_is_never_opened():
    export = read("letterboxd.zip", samples.zipped(samples.LETTERBOXD))
    assert set(export.files_not_read) == {"profile.csv", "comments.csv", "deleted/diary.csv"}
    told_of = repr(export)
    assert "secret" not in told_of
    assert "private" not in told_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("watchlist.csv", "wanting"),
        ("watchlist (2).csv", "wanting"),
        ("Watchlist-nobody-2025.csv", "wanting"),
        ("watched.csv", "watched"),
        ("films.csv", "liked"),
        ("likes/films.csv", "liked"),
    ],
)
def test_the_name_tells_what_three_files_of_one_header_are(name, kind):
    table = "Date,Name,Year,Letterboxd URI\n2024-03-02,Moonmilk,2003,https://boxd.it/a\n"
    assert [entry.kind for entry in read(name, table).entries] == [kind]


def test_a_file_of_that_header_and_no_telling_name_is_left_out_and_said():
    table = "Date,Name,Year,Letterboxd URI\n2024-03-02,Moonmilk,2003,https://boxd.it/a\n"
    export = read("export.csv", table)
    assert told(export) == []
    assert left_out(export) == [("Moonmilk", "the file name does not say what its films are")]
    assert "give this file the name that it came with" in export.notes[0]


def test_imdb_tells_films_series_and_episodes_apart():
    export = read("ratings.csv", samples.IMDB_NOW)
    assert told(export) == [
        ("rated", "Café Morvane", 1966, 9.0, "2025-01-05"),
        ("rated", "Quillmere", 1961, 10.0, "2025-02-11"),
    ]
    assert [entry.medium for entry in export.entries] == ["film", "series"]
    assert [entry.ids["imdb"] for entry in export.entries] == ["tt91000001", "tt91000003"]
    assert left_out(export) == [
        ("Pilot", "an episode, not a film or a series"),
        ("Quill Game", "a game"),
        ("4417", "rating 11 is outside 1 to 10"),
    ]


def test_imdb_in_another_language_is_read_by_its_types_and_keeps_the_original_title():
    export = read("ratings.csv", samples.IMDB_GERMAN)
    assert [(entry.title, entry.other_titles) for entry in export.entries] == [
        ("Das Café", ("Café Morvane",)),
        ("Quillmere", ("Quillmere",)),
    ]
    assert [entry.medium for entry in export.entries] == ["film", "series"]
    assert left_out(export) == [("Folge 1", "an episode, not a film or a series")]


def test_imdb_of_2016_and_of_late_2017():
    export = read("ratings.csv", samples.IMDB_2016)
    assert told(export) == [("rated", "Cafe Morvane", 1966, 7.0, "2015-03-01")]
    assert left_out(export) == [("Vandrell", "without a rating of yours")]
    export = read("ratings.csv", samples.IMDB_LATE_2017)
    assert told(export) == [
        ("rated", "Café Morvane", 1966, 5.0, "2017-11-05"),  # the year of its release date
        ("rated", "Quillmere", 1961, 5.0, "2017-11-05"),
    ]


@pytest.mark.parametrize(
    "name", ["watchlist.csv", "ratings.csv", "0f8fad5b-d9cb-469f-a165-70867728950e.csv"]
)
def test_imdbs_watchlist_under_each_of_its_names_is_wanting_where_unrated(name):
    assert told(read(name, samples.IMDB_WATCHLIST)) == [
        ("wanting", "Neon Hymn", 1984, None, "2025-05-10"),
        ("rated", "Café Morvane", 1966, 10.0, "2025-02-11"),
    ]


def test_a_list_on_imdb_says_nothing_of_what_is_not_rated():
    export = read("Films with rain.csv", samples.IMDB_WATCHLIST)
    assert [entry.title for entry in export.entries] == ["Café Morvane"]
    assert left_out(export) == [("Neon Hymn", "without a rating of yours")]


def test_windows_1252_and_other_line_ends():
    table = samples.IMDB_LATE_2017.replace("\n", "\r\n").encode("cp1252")
    assert read("ratings.csv", table).entries[0].title == "Café Morvane"


@pytest.mark.parametrize("layout", ["{}", "nobody/{}"])
def test_trakt_in_both_layouts(layout):
    files = {layout.format(name): content for name, content in samples.TRAKT.items()}
    export = read("trakt.zip", samples.zipped(files))
    assert sorted(told(export)) == sorted(
        [
            ("wanting", "Neon Hymn", 1984, None, "2025-06-29T20:00:00"),
            ("rated", "Café Morvane", 1966, 9.0, "2025-03-02T19:33:24"),
            ("rated", "Vandrell", 1979, 1.0, "2025-04-11T08:00:00"),
            ("watched", "Moonmilk", 2003, None, "2025-06-29T20:00:00"),
            ("watched", "Bonewhistle", None, None, ""),  # 1970 is not known
        ]
    )
    assert left_out(export) == [("Quillmere", "of episodes")]
    by_title = {entry.title: dict(entry.ids) for entry in export.entries}
    assert by_title["Café Morvane"] == {"imdb": "tt91000001", "tmdb": "99"}
    assert by_title["Vandrell"] == {}  # null and 0 are no ids
    assert any("about the person" in why for why in export.files_not_read.values())


def test_trakts_old_folders_say_what_their_files_are():
    export = read(
        "trakt.zip",
        samples.zipped({"nobody/ratings/movies.json": samples.TRAKT["ratings-movies.json"]}),
    )
    assert [entry.kind for entry in export.entries] == ["rated", "rated"]


def test_trakts_table_has_the_persons_rating_last_and_everybodys_before():
    export = read("ratings.csv", samples.TRAKT_RATINGS_CSV)
    assert told(export) == [("rated", "Café Morvane", 1966, 9.0, "2025-03-02T19:33:24")]
    assert left_out(export) == [("Quillmere", "of episodes")]


def test_tmdb_takes_the_persons_rating_and_no_number_of_a_show():
    export = read("ratings.csv", samples.TMDB)
    assert [(entry.rating, dict(entry.ids)) for entry in export.entries] == [
        (8.5, {"imdb": "tt91000001", "tmdb": "99"}),
        (6.0, {"imdb": "tt91000003"}),
    ]
    assert left_out(export) == [("Quillmere", "of episodes or seasons")]


@pytest.mark.parametrize("content", [samples.MAL.encode(), samples.packed(samples.MAL)])
def test_myanimelist_packed_or_not(content):
    export = read("animelist.xml.gz", content)
    assert [(e.kind, e.title, e.rating, e.when, e.is_finished) for e in export.entries] == [
        ("rated", "Pim & the Paper Dragon", 8.0, "2024-03-15", True),
        ("wanting", "Rain & Season", None, "", True),
        ("watched", "Stopped", None, "", False),  # a score of 0 is none: no dislike
    ]
    assert left_out(export) == [("Waiting", "status on-hold, nothing watched")]
    assert "secret" not in repr(export)


def test_goodreads():
    export = read("goodreads_library_export.csv", samples.GOODREADS)
    assert told(export) == [
        ("rated", "The Tide Clock", 1998, 4.0, "2024-03-15"),
        ("wanting", "Unread", 2020, None, "2024-07-14"),
    ]
    assert export.entries[0].ids["isbn"] == "9780000000002"
    assert "secret" not in repr(export)


def test_storygraph_knows_quarters_and_what_was_given_up():
    export = read("export.csv", samples.STORYGRAPH)
    assert told(export) == [
        ("rated", "The Tide Clock", None, 3.75, "2026-09-12"),
        ("watched", "Left", None, None, "2025-01-01"),
        ("wanting", "To Come", None, None, "2025-01-02"),
    ]
    assert [entry.is_finished for entry in export.entries] == [True, False, True]


@pytest.mark.parametrize(
    ("table", "dates"),
    [
        (samples.NETFLIX_DE, ["2025-04-21"]),
        (samples.NETFLIX_US, ["2025-04-21", "2024-12-31"]),
        (samples.NETFLIX_GB, ["2025-04-21", "2025-01-02"]),
    ],
)
def test_netflix_dates_are_read_from_the_whole_column(table, dates):
    assert [entry.when for entry in read("NetflixViewingHistory.csv", table).entries] == dates


def test_netflix_dates_that_stay_open_are_told_by_the_order_that_runs_down():
    table = "Title,Date\nMoonmilk,3/2/25\nVandrell,2/10/25\n"  # US: 2 March, 10 February
    assert [entry.when for entry in read("n.csv", table).entries] == ["2025-03-02", "2025-02-10"]


def test_dates_in_two_forms_are_not_guessed():
    table = "Title,Date\nMoonmilk,4/21/25\nVandrell,21/4/25\n"
    export = read("n.csv", table)
    assert [entry.when for entry in export.entries] == ["", ""]
    assert export.notes == (
        "n.csv: its dates are written in two orders, as a spreadsheet leaves them; read without "
        "dates",
    )


def test_netflix_episodes_are_told_from_films_in_any_language():
    titles = {
        "Quillmere: Staffel 1: Die Nacht": False,
        "Quillmere: Season 1: Pilot": False,
        "Quillmere: Temporada 2: X": False,
        "Quillmere: Limited Series: Pilot": False,
        "Salt: Part Two: A Film": True,
        "Star: The Return": True,
    }
    rows = "".join(f'"{title}","21.04.25"\n' for title in titles)
    export = read("n.csv", f"Title,Date\n{rows}")
    assert [entry.title for entry in export.entries] == [t for t, film in titles.items() if film]


def test_netflix_asks_whose_history_it_is():
    with pytest.raises(
        DataError, match=r"holds the profiles 'Kid', 'Me'; say whose .*viewer='Kid'"
    ):
        read("ViewingActivity.csv", samples.NETFLIX_ACTIVITY)
    export = read("ViewingActivity.csv", samples.NETFLIX_ACTIVITY, viewer="Me")
    assert told(export) == [("watched", "Neon Hymn", None, None, "2025-04-18T18:10:00")]
    assert left_out(export) == [
        ("Moonmilk", "of another profile"),
        ("Vandrell", "a trailer or other extra"),
        ("Bonewhistle", "played for 22 s only"),
        ("Quillmere: Season 1: Pilot (Episode 1)", "an episode"),
    ]
    with pytest.raises(DataError, match=r"has no profile 'Aunt'; there is 'Kid', 'Me'"):
        read("ViewingActivity.csv", samples.NETFLIX_ACTIVITY, viewer="Aunt")


def test_plays():
    assert told(read("StreamingHistory_music_0.json", samples.SPOTIFY)) == [
        ("watched", "Tide", None, None, "2025-03-01T20:15:00")
    ]
    extended = read("Streaming_History_Audio_2025.json", samples.SPOTIFY_EXTENDED)
    assert [entry.title for entry in extended.entries] == ["Tide"]
    assert left_out(extended) == [("", "not a song")]
    assert "192.0" not in repr(extended)
    steam = read("GetOwnedGames.json", samples.STEAM)
    assert told(steam) == [("watched", "Keeper", None, None, "2022-02-20T08:20:21")]
    assert left_out(steam) == [("Unopened", "owned, not played")]
    plex = read("plex-history.json", samples.PLEX)
    assert told(plex) == [("watched", "Moonmilk", 2003, None, "2025-06-29T20:01:11")]
    jellyfin = read("items.json", samples.JELLYFIN)
    assert told(jellyfin) == [
        ("liked", "Moonmilk", 2003, None, ""),
        ("rated", "Moonmilk", 2003, 8.0, ""),
    ]
    assert jellyfin.n_rows == 2
    plays = read("playback_reporting.tsv", samples.JELLYFIN_PLAYS)
    assert told(plays) == [("watched", "Moon milk", None, None, "2025-06-29T20:01:11")]


def test_a_table_of_ones_own():
    export = read("mine.csv", "Title;Year;Rating\nMoonmilk;2003;4,5\nVandrell;1979;\n")
    assert told(export) == [
        ("rated", "Moonmilk", 2003, 4.5, ""),
        ("watched", "Vandrell", 1979, None, ""),
    ]
    assert [entry.scale for entry in export.entries] == [None, None]
    of_ten = read("mine.csv", "Title,imdbID,Rating10\nMoonmilk,tt1,9\n").entries[0]
    assert (of_ten.rating, of_ten.scale.high, of_ten.ids["imdb"]) == (9.0, 10, "tt0000001")


def test_a_rating_of_ten_that_is_0_is_none_and_one_beside_it_counts():
    export = read("mine.csv", "Title,Rating10,Rating\nMoonmilk,0,\nVandrell,0,3\nKeeper,7,3\n")
    assert told(export) == [
        ("watched", "Moonmilk", None, None, ""),
        ("rated", "Vandrell", None, 3.0, ""),
        ("rated", "Keeper", None, 7.0, ""),
    ]
    assert left_out(read("mine.csv", "Title,Rating10\nMoonmilk,11\n")) == [
        ("Moonmilk", "rating 11 is outside 1 to 10")
    ]


def test_a_table_says_of_itself_what_its_rows_are():
    export = read(
        "watchlist.csv", "title,kind,rating\nMoonmilk,,\nVandrell,LIKED,\nKeeper,rated,\n"
    )
    assert told(export) == [
        ("wanting", "Moonmilk", None, None, ""),
        ("liked", "Vandrell", None, None, ""),
    ]
    assert left_out(export) == [("Keeper", "without a rating")]
    assert left_out(read("mine.csv", "title,kind\nMoonmilk,hated\n")) == [
        ("Moonmilk", "kind 'hated' is not known")
    ]


def test_what_is_no_export_is_refused_with_what_is_known():
    with pytest.raises(
        DataError, match=r"is no export that is known \(x.csv: its columns 'a', 'b'"
    ):
        read("x.csv", "a,b\n1,2\n")
    with pytest.raises(DataError, match=r"known are Letterboxd, IMDb, Trakt, .* and tables with"):
        read("x.json", "{}")
    with pytest.raises(DataError, match=r"\(it holds no file\)"):
        read("x.zip", samples.zipped({}))
    with pytest.raises(DataError, match="cannot be read as JSON"):
        read("ratings-movies.json", "[{")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00" * 100, b"[]", b"{}", b"<a/>"])
@pytest.mark.parametrize("name", ["a.csv", "ratings-movies.json", "a.xml", "profile.csv"])
def test_empty_things_are_refused_in_words(name, content):
    with pytest.raises(DataError, match="is no export that is known"):
        imports.read_bytes(name, content)
