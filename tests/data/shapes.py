"""Ten shapes in which public data sets come, in their real form, with invented content."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

TITLES = (
    ("Copper Lantern", "Salt Road", "Glass Orchard", "Winter Ferry", "Paper Bridges", "Red Kettle")
    + ("Low Tide", "Moth Season", "Quiet Harbor", "Blue Granary", "Ivory Static", "Tin Meadow")
    + ("Schindler&rsquo;s Loft", "The Long Well", "Owl Bay", "Amber Yard")
)
GENRES = ("Drama", "Comedy", "Crime", "War")
N = len(TITLES)


def pairs(n_users: int = 30, seed: int = 1) -> list[tuple[int, int, int, int]]:
    """Return (user, item, stars 1 to 5, seconds), each pair once; users like items of their
    parity."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        for item in sorted(rng.choice(N, 7, replace=False).tolist()):
            stars = int(rng.integers(3, 6) if item % 2 == user % 2 else rng.integers(1, 4))
            rows.append((user, item, stars, 1_400_000_000 + int(rng.integers(10**8))))
    return rows


def csv_line(*cells: object) -> str:
    """Return cells as one line of CSV, quoted where they must be."""
    texts = [str(cell) for cell in cells]
    return ",".join(
        '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text for text in texts
    )


def write(path: Path, lines: list[str], encoding: str = "utf-8") -> None:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)


def kaggle_movies(place: Path) -> None:
    """The Movies Dataset: Python lists in cells, plots over several lines, rows cut in two."""
    write(
        place / "ratings_small.csv",
        ["userId,movieId,rating,timestamp"]
        + [f"{u + 1},{i + 1},{s}.0,{t}" for u, i, s, t in pairs()]
        + ["1,99999,4.0,1400000000"],
    )
    lines = [
        "adult,belongs_to_collection,budget,genres,homepage,id,imdb_id,original_language,overview,"
        "popularity,poster_path,release_date,revenue,runtime,status,tagline,title,video,vote_average"
    ]
    for i, title in enumerate(TITLES):
        genres = [{"id": 16 + i % 4, "name": GENRES[i % 4]}, {"id": 99, "name": "Fable"}]
        lines.append(
            csv_line(
                False, "{'id': 9, 'name': 'A Set'}" if i == 2 else "", 30_000_000, genres, "", i + 1,
                f"tt{i:07d}", "en", f'Two friends, a boat\nand "the" {title}.', 21.9, "/r.jpg",
                f"{1990 + i}-10-30", 373554033.0, 81.0, "Released", "", title, False, 7.7,
            )
        )  # fmt: skip
    write(place / "movies_metadata.csv", lines)
    write(
        place / "credits.csv",
        ["cast,crew,id"]
        + [
            csv_line(
                [
                    {"cast_id": 14, "character": "Owl (voice)", "name": f"Tam Hark {i % 3}"},
                    {"cast_id": 15, "character": "Cat", "name": "Lia O'Moor"},
                ],
                [
                    {"job": "Editor", "name": "Bo Ray"},
                    {"job": "Director", "name": f"Ada Lint {i % 2}"},
                ],
                i + 1,
            )
            for i in range(N)
        ],
    )


def tmdb_5000(place: Path) -> None:
    """TMDB 5000: JSON in cells, no ratings at all."""
    write(
        place / "tmdb_5000_movies.csv",
        ["budget,genres,homepage,id,keywords,original_language,original_title,overview,release_date,"
         "runtime,title,vote_average,vote_count"]
        + [
            csv_line(
                237000000, json.dumps([{"id": 28, "name": GENRES[i % 4]}]), "", i + 1,
                json.dumps([{"id": 1463, "name": "harbor"}, {"id": 1, "name": "boat"}]), "en", title,
                f"A plot about {title}.", f"{1990 + i}-12-10", 162.0, title, 7.2, 11800,
            )
            for i, title in enumerate(TITLES)
        ],
    )  # fmt: skip
    write(
        place / "tmdb_5000_credits.csv",
        ["movie_id,title,cast,crew"]
        + [
            csv_line(
                i + 1, title, json.dumps([{"cast_id": 242, "name": "Tam Hark"}]),
                json.dumps([{"job": "Director", "name": "Ada Lint"}, {"job": "Editor", "name": "X"}]),
            )
            for i, title in enumerate(TITLES)
        ],
    )  # fmt: skip


def book_crossing(place: Path) -> None:
    """Book-Crossing: semicolons, Latin letters, escaped quotes, 0 for "not rated", unknown
    books."""
    ratings = ['"User-ID";"ISBN";"Book-Rating"']
    ratings += [
        f'"{276725 + u}";"{i:09d}X";"{0 if (u + i) % 3 == 0 else 2 * s}"' for u, i, s, _ in pairs()
    ]
    ratings += ['"276725";"0000000999";"7"']
    write(place / "BX-Book-Ratings.csv", ratings, "latin-1")
    books = [
        '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication";"Publisher";"Image-URL-S"'
    ] + [
        f'"{i:09d}X";"{title} \\"été\\"; part {i}";"Ada Lint";"{0 if i == 3 else 1980 + i}";'
        f'"Mercure &amp; Co";"http://images.example/{i}.jpg"'
        for i, title in enumerate(TITLES)
    ]
    write(place / "BX-Books.csv", books, "latin-1")


def goodbooks(place: Path) -> None:
    """Goodbooks-10k: book_id in both files beside an isbn that is often empty; years before
    Christ."""
    write(
        place / "ratings.csv",
        ["user_id,book_id,rating"] + [f"{u + 1},{i + 1},{s}" for u, i, s, _ in pairs()],
    )
    write(
        place / "books.csv",
        ["book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,"
         "original_publication_year,original_title,title,language_code,average_rating,ratings_count"]
        + [
            csv_line(
                i + 1, 2767052 + i, 2767052, 2792775, 272, "" if i % 2 else 439023483,
                9.78043902348e12, "Ada Lint, Bo Ray", -720.0 if i == 4 else 1960.0 + i, title, title,
                "eng", 4.34, 4780653,
            )
            for i, title in enumerate(TITLES)
        ],
    )  # fmt: skip


def amazon(place: Path) -> None:
    """Amazon reviews 2023: JSON Lines, milliseconds, a title of the review, lists and objects."""
    write(
        place / "reviews.jsonl",
        [
            json.dumps(
                {
                    "rating": float(s), "title": f"Good {u} {i}", "text": "I like it.<br />Yes.",
                    "images": [], "asin": f"B{i:03d}V", "parent_asin": f"B{i:03d}",
                    "user_id": f"AG{u}", "timestamp": t * 1000 + 123, "helpful_vote": 0,
                    "verified_purchase": True,
                }
            )
            for u, i, s, t in pairs()
        ],
    )  # fmt: skip
    write(
        place / "meta.jsonl",
        [
            json.dumps(
                {
                    "main_category": "All Beauty", "title": title, "average_rating": 4.8,
                    "features": ["soft", "light"], "description": [], "price": 9.99 + i,
                    "images": [{"thumb": "http://x/1.jpg"}], "store": "Yard &amp; Co",
                    "categories": ["Beauty", GENRES[i % 4]], "details": {"Brand": "Yard"},
                    "parent_asin": f"B{i:03d}", "bought_together": None,
                }
            )
            for i, title in enumerate(TITLES)
        ],
    )  # fmt: skip


def steam(place: Path) -> None:
    """Steam-200k: no header, a purchase and the hours played as rows of their own."""
    lines = []
    for u, i, s, _ in pairs():
        lines += [csv_line(151603712 + u, TITLES[i], "purchase", 1.0, 0)]
        lines += [csv_line(151603712 + u, TITLES[i], "play", 10.3 * s, 0)]
    write(place / "steam-200k.csv", lines)


def yelp(place: Path) -> None:
    """Yelp: JSON Lines, dates of reviews, attributes as objects, categories as one text."""
    write(
        place / "yelp_academic_dataset_review.json",
        [
            json.dumps(
                {
                    "review_id": f"r{u}-{i}", "user_id": f"u{u}", "business_id": f"b{i}",
                    "stars": float(s), "useful": 0, "funny": 0, "cool": 0, "text": "Nice, "
                    "\"really\"",
                    "date": f"2018-07-{1 + t % 28:02d} 22:09:11",
                }
            )
            for u, i, s, t in pairs()
        ],
    )  # fmt: skip
    write(
        place / "yelp_academic_dataset_business.json",
        [
            json.dumps(
                {
                    "business_id": f"b{i}", "name": title, "address": "1 Main St",
                    "city": "Reno" if i % 2 else "Tampa", "state": "NV", "stars": 4.5,
                    "review_count": 7 + i, "is_open": i % 2,
                    "attributes": {"WiFi": "u'free'", "Parking": "{'lot': True}"},
                    "categories": f"Restaurants, {GENRES[i % 4]}", "hours": None,
                }
            )
            for i, title in enumerate(TITLES)
        ],
    )  # fmt: skip


def last_fm(place: Path) -> None:
    """Last.fm 360K: tabs, no header, no quoting, plays, artists without an id."""
    write(
        place / "usersha1-artmbid-artname-plays.tsv",
        [
            "\t".join(
                (f"{u:040x}", "" if i == 5 else f"mbid-{i}", TITLES[i] + ' "live' * (i == 7))
                + (str(s**4 * (1 + u % 9)),)
            )
            for u, i, s, _ in pairs()
        ],
    )


def netflix(place: Path) -> None:
    """The Netflix prize: ratings in blocks below their film; titles with commas, unquoted."""
    lines = []
    for film in range(N):
        lines.append(f"{film + 1}:")
        lines += [
            f"{1488844 + u},{s},2005-09-{1 + t % 28:02d}" for u, i, s, t in pairs() if i == film
        ]
    write(place / "combined_data_1.txt", lines)
    write(
        place / "movie_titles.csv",
        [
            f"{i + 1},{'NULL' if i == 6 else 1990 + i},{title}{', été' if i == 1 else ''}"
            for i, title in enumerate(TITLES)
        ],
        "latin-1",
    )


def jester(place: Path) -> None:
    """Jester: a row a person, a column a joke, -10 to 10, 99 where not rated, the count first."""
    rng = np.random.default_rng(2)
    lines = []
    for user in range(30):
        there = rng.random(20) < 0.6
        values = np.where(np.arange(20) % 2 == user % 2, 1, -1) * rng.uniform(0, 10, 20)
        cells = [f"{value:.2f}" if has else "99" for value, has in zip(values, there, strict=True)]
        lines.append(csv_line(int(there.sum()), *cells))
    write(place / "jester-data-1.csv", lines)


SHAPES: dict[str, Callable[[Path], None]] = {
    "The Movies Dataset (Kaggle)": kaggle_movies,
    "TMDB 5000": tmdb_5000,
    "Book-Crossing": book_crossing,
    "Goodbooks-10k": goodbooks,
    "Amazon reviews 2023": amazon,
    "Steam-200k": steam,
    "Yelp": yelp,
    "Last.fm 360K": last_fm,
    "Netflix prize": netflix,
    "Jester": jester,
}
