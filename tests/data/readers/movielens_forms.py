"""Small made-up data in the forms of the MovieLens releases: the same films and ratings in each."""

from pathlib import Path

FLAGS = [
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
]
FLAGS += [
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
]
FILMS = {
    7: (
        "Café of Lanterns, The (Café aux lanternes, Le) (1994)",
        ("Comedy", "Drama"),
        "14-Feb-1997",
    ),
    3: ("Rivers (1990)", ("War",), "4-Feb-1971"),
    267: ("unknown", (), ""),
}
RATINGS = ((2, 3, 5, 100), (1, 7, 4, 200), (2, 7, 3, 300))


def original_100k(place: Path) -> Path:
    lines = []
    for item, (title, genres, date) in FILMS.items():
        flags = "|".join("1" if name in (genres or ("unknown",)) else "0" for name in FLAGS)
        lines.append(f"{item}|{title}|{date}||http://example.org/|{flags}")
    (place / "u.item").write_text("\n".join(lines) + "\n", encoding="latin-1")
    (place / "u.data").write_text("".join(f"{u}\t{i}\t{r}\t{t}\n" for u, i, r, t in RATINGS))
    (place / "u.user").write_text("1|24|M|technician|85711\n2|53|F|other|94043\n")
    return place


def recbole_100k(place: Path) -> Path:
    (place / "ml-100k.item").write_text(
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n7\tCafé of "
        "Lanterns, The (Café aux lanternes, Le)\t1994\tComedy "
        "Drama\n3\tRivers\t1990\tWar\n267\tunkonwn\tunkonwn\tunknown\n",
        encoding="utf-8",
    )
    rows = "".join(f"{u}\t{i}\t{r}\t{t}\n" for u, i, r, t in RATINGS)
    (place / "ml-100k.inter").write_text(
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + rows
    )
    (place / "ml-100k.user").write_text(
        "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
        "1\t24\tM\ttechnician\t85711\n2\t53\tF\tother\t94043\n"
    )
    return place


def dat(place: Path, encoding: str) -> Path:
    lines = [
        f"{item}::{title}::{'|'.join(genres) or '(no genres listed)'}\n"
        for item, (title, genres, _) in FILMS.items()
    ]
    (place / "movies.dat").write_text("".join(lines), encoding=encoding)
    (place / "ratings.dat").write_text("".join(f"{u}::{i}::{r}::{t}\n" for u, i, r, t in RATINGS))
    return place


def form_1m(place: Path) -> Path:
    (place / "users.dat").write_text("1::F::1::10::48067\n2::M::56::16::70072\n")
    return dat(place, "latin-1")


def form_10m(place: Path) -> Path:
    return dat(place, "utf-8")


def form_csv(place: Path) -> Path:
    lines = [
        f'{item},"{title}",{"|".join(genres) or "(no genres listed)"}\n'
        for item, (title, genres, _) in FILMS.items()
    ]
    (place / "movies.csv").write_text("movieId,title,genres\n" + "".join(lines), encoding="utf-8")
    rows = "".join(f"{u},{i},{r}.0,{t}\n" for u, i, r, t in RATINGS)
    (place / "ratings.csv").write_text("userId,movieId,rating,timestamp\n" + rows)
    (place / "links.csv").write_text("movieId,imdbId,tmdbId\n7,0114709,862\n3,,\n")
    return place
