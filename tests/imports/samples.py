"""Exports of people who never lived, about films that were never made: one of each format, with the
headers that the sites write."""

import gzip
import io
import json
import zipfile

LETTERBOXD = {
    "ratings.csv": """\
Date,Name,Year,Letterboxd URI,Rating
2024-03-02,Café Morvane,1966,https://boxd.it/aa1,4.5
2024-03-03,4417,1998,https://boxd.it/aa2,0.5
2024-03-04,The Glass Harbor,1994,https://boxd.it/aa3,3
2024-03-05,Untold,,https://boxd.it/aa4,
2024-03-06,Moonmilk,2003,https://boxd.it/aa5,six
""",
    "watched.csv": """\
Date,Name,Year,Letterboxd URI
2024-03-02,Café Morvane,1966,https://boxd.it/aa1
2024-03-09,Vandrell,1979,https://boxd.it/aa6
""",
    "watchlist.csv": """\
Date,Name,Year,Letterboxd URI
2024-04-01,Neon Hymn,1984,https://boxd.it/aa7
2024-04-02,Vandrell,1979,https://boxd.it/aa6
""",
    "likes/films.csv": """\
Date,Name,Year,Letterboxd URI
2024-03-02,Café Morvane,1966,https://boxd.it/aa1
2024-05-02,Bonewhistle,1997,https://boxd.it/aa8
""",
    "diary.csv": """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2024-03-02,Café Morvane,1966,https://boxd.it/d1,4,,,2024-03-01
2024-06-02,Café Morvane,1966,https://boxd.it/d2,4.5,Yes,"rain, mum",2024-06-01
2024-06-09,Quillmere,1961,https://boxd.it/d3,3.5,,,2024-06-08
""",
    "reviews.csv": """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date
2024-03-02,Café Morvane,1966,https://boxd.it/d1,4,,"Slow, <i>then</i>

slower: ""still"".",,2024-03-01
""",
    "lists/sea.csv": """\
Letterboxd list export v7
Date,Name,Tags,URL,Description
2024-05-05,Sea films,sea,https://boxd.it/l1,"Two
lines"

Position,Name,Year,URL,Description
1,The Glass Harbor,1958,https://boxd.it/aa9,
""",
    "deleted/diary.csv": """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2024-01-02,Taken Back,2001,https://boxd.it/d9,1,,,2024-01-01
""",
    "profile.csv": "Date Joined,Username,Email Address\n2020-01-01,nobody,secret@example.invalid\n",
    "comments.csv": "Date,Content,Comment\n2020-01-01,https://boxd.it/x,a private word\n",
}
IMDB_NOW = """\
Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors
tt91000001,9,2025-01-05,"Café Morvane","Café Morvane",https://x/,Movie,7.1,101,1966,"Comedy",4100,1966-09-11,"L. A."
tt91000002,3,2025-02-10,"Pilot","Pilot",https://x/,TV Episode,8.0,45,2008,"Crime",900,2008-01-20,
tt91000003,10,2025-02-11,"Quillmere","Quillmere",https://x/,TV Series,8.4,50,1961,"Horror",90000,1961-01-20,
tt91000004,8,2025-02-12,"Quill Game","Quill Game",https://x/,Video Game,8.4,,2001,"Horror",9,2001-01-20,
tt91000005,11,2025-02-12,"4417","4417",https://x/,Movie,8.4,,1998,"Drama",9,1998-01-20,
"""
IMDB_GERMAN = """\
Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors
tt91000001,9,2025-01-05,"Das Café","Café Morvane",https://x/,Film,7.1,101,1966,"Komödie",4100,1966-09-11,"L. A."
tt91000002,3,2025-02-10,"Folge 1","Pilot",https://x/,Fernsehfolge,8.0,45,2008,"Krimi",900,2008-01-20,
tt91000003,10,2025-02-11,"Quillmere","Quillmere",https://x/,Fernsehserie,8.4,50,1961,"Horror",90000,1961-01-20,
"""
IMDB_2016 = """\
"position","const","created","modified","description","Title","Title type","Directors","You rated","IMDb Rating","Runtime (mins)","Year","Genres","Num. Votes","Release Date (month/day/year)","URL"
"1","tt91000001","Sun Mar  1 00:00:00 2015","","","Cafe Morvane","Feature Film","L. A.","7","7.1","101","1966","comedy","4100","1966-09-11","http://x/"
"2","tt91000006","Tue Jan 20 00:00:00 2015","","","Vandrell","Feature Film","K. O.","","4.0","92","1979","sci_fi","77","1979-05-25","http://x/"
"""
IMDB_LATE_2017 = """\
Const,Your Rating,Date Added,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors
tt91000001,5,2017-11-05,Café Morvane,https://x/,movie,7.1,101,,Comedy,4100,1966-09-11,L. A.
tt91000003,5,2017-11-05,Quillmere,https://x/,tvMiniSeries,7.1,101,1961,Horror,4100,1961-09-11,
"""
IMDB_WATCHLIST = """\
Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated
1,tt91000007,2025-05-10,2025-05-10,,"Neon Hymn","Neon Hymn",https://x/,Movie,8.2,135,1984,"Musical",997,1984-01-04,"W. A.",,
2,tt91000001,2025-05-11,2025-05-11,,"Café Morvane","Café Morvane",https://x/,Movie,8.4,50,1966,"Comedy",90000,1966-01-20,,10,2025-02-11
"""
TRAKT = {
    "ratings-movies.json": json.dumps(
        [
            {
                "rated_at": "2025-03-02T19:33:24.000Z",
                "rating": 9,
                "type": "movie",
                "movie": {
                    "title": "Café Morvane",
                    "year": 1966,
                    "ids": {"trakt": 1, "slug": "x", "imdb": "tt91000001", "tmdb": 99},
                },
            },
            {
                "rated_at": "2025-04-11T08:00:00.000Z",
                "rating": 1,
                "type": "movie",
                "movie": {"title": "Vandrell", "year": 1979, "ids": {"imdb": None, "tmdb": 0}},
            },
        ]
    ),
    "watched-history-1.json": json.dumps(
        [
            {
                "id": 71,
                "watched_at": "2025-06-29T20:00:00.000Z",
                "action": "scrobble",
                "type": "movie",
                "movie": {"title": "Moonmilk", "year": 2003, "ids": {"imdb": ""}},
            },
            {
                "id": 69,
                "watched_at": "2025-02-01T20:00:00.000Z",
                "type": "episode",
                "episode": {"season": 1, "number": 1, "title": "Pilot"},
                "show": {"title": "Quillmere", "year": 1961, "ids": {"imdb": "tt91000003"}},
            },
        ]
    ),
    "watched-movies.json": json.dumps(
        [
            {
                "plays": 1,
                "last_watched_at": "1970-01-01T00:00:00.000Z",
                "movie": {"title": "Bonewhistle", "year": None, "ids": {}},
            }
        ]
    ),
    "lists-watchlist.json": json.dumps(
        [
            {
                "listed_at": "2025-06-29T20:00:00.000Z",
                "type": "movie",
                "movie": {"title": "Neon Hymn", "year": 1984, "ids": {}},
            }
        ]
    ),
    "_errors.json": "{broken",
    "user-profile.json": '{"name": "secret"}',
}
TRAKT_RATINGS_CSV = """\
rated_at,type,title,year,trakt_rating,trakt_id,imdb_id,tmdb_id,tvdb_id,url,released,season_number,episode_number,episode_title,genres,rating
2025-03-02T19:33:24.000Z,movie,Café Morvane,1966,7.1,1,tt91000001,99,,https://x/,1966-09-11,,,,comedy,9
2025-03-03T06:33:24.000Z,episode,Quillmere,1961,8.1,6,tt91000003,7,8,https://x/,1961-01-20,1,1,Pilot,horror,9
"""
TMDB = """\
TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated
99,tt91000001,movie,Café Morvane,1966-09-11T00:00:00Z,,,7.1,8.5,2025-09-20T00:00:00Z
7,tt91000003,tv,Quillmere,1961-01-20T00:00:00Z,,,8.4,6.0,2025-09-22T00:00:00Z
7,tt91000003,tv,Quillmere,1961-01-20T00:00:00Z,1,2,8.4,6.0,2025-09-22T00:00:00Z
"""
MAL = """\
<?xml version="1.0" encoding="UTF-8" ?>
<myanimelist>
<myinfo><user_id>1</user_id><user_name>secret</user_name></myinfo>
<anime><series_animedb_id>1</series_animedb_id><series_title><![CDATA[Pim & the Paper Dragon]]></series_title><series_type>Movie</series_type><my_watched_episodes>1</my_watched_episodes><my_finish_date>2024-03-15</my_finish_date><my_score>8</my_score><my_status>Completed</my_status><my_times_watched>255</my_times_watched></anime>
<anime><series_animedb_id>2</series_animedb_id><series_title>Rain & Season</series_title><series_type>TV</series_type><my_watched_episodes>0</my_watched_episodes><my_finish_date>0000-00-00</my_finish_date><my_score>0</my_score><my_status>Plan to Watch</my_status></anime>
<anime><series_animedb_id>3</series_animedb_id><series_title>Stopped</series_title><series_type>TV</series_type><my_watched_episodes>3</my_watched_episodes><my_finish_date>2015-00-00</my_finish_date><my_score>0</my_score><my_status>Dropped</my_status></anime>
<anime><series_animedb_id>4</series_animedb_id><series_title>Waiting</series_title><series_type>TV</series_type><my_watched_episodes>0</my_watched_episodes><my_score>0</my_score><my_status>On-Hold</my_status></anime>
</myanimelist>
"""
# Excel's way to keep leading zeros: ="978...", here with @ for each pair of quotes
GOODREADS = """\
Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies
1,"The Tide Clock (Harbour, #1)",Ada I,"I, Ada",,"=@0000000000@","=@9780000000002@",4,3.91,P,Paperback,310,2011,1998,2024/03/15,2023/01/02,,,read,"Good.<br/>",,a secret,2,1
2,Unread,Bo M,"M, Bo",,"=@@","=@@",0,4.02,,Kindle,,2020,,,2024/07/14,to-read,,to-read,,,,0,0
""".replace("@", '""')
STORYGRAPH = """\
Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Moods,Star Rating,Review,Tags,Owned?
The Tide Clock,Ada I,,9780000000002,paperback,read,2024/12/01,2026/09/12,,2,hopeful,3.75,"Lovely.
Two lines.",,No
Left,Bo M,"",a1b2,digital,did-not-finish,2025/01/01,,,0,,,,,No
To Come,Ed N,"","",audio,to-read,2025/01/02,,,0,,,,,No
"""
NETFLIX_DE = 'Title,Date\n"Moonmilk","21.04.25"\n"Quillmere: Staffel 1: Die Nacht","02.01.25"\n'
NETFLIX_US = 'Title,Date\n"Moonmilk","4/21/25"\n"Salt: Part Two: A Film","12/31/24"\n'
NETFLIX_GB = 'Title,Date\n"Moonmilk","21/04/2025"\n"Vandrell","02/01/2025"\n'
NETFLIX_ACTIVITY = """\
Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,Country
Kid,2025-04-21 19:04:11,01:38:12,,Moonmilk,,Chrome,01:38:12,01:38:12,DE
Me,2025-04-20 18:59:02,00:01:30,,Vandrell,TRAILER,TV,00:01:30,00:01:30,DE
Me,2025-04-20 18:10:00,00:00:22,,Bonewhistle,,TV,00:00:22,x,DE
Me,2025-04-19 18:10:00,00:50:22,,"Quillmere: Season 1: Pilot (Episode 1)",,TV,00:00:22,x,DE
Me,2025-04-18 18:10:00,01:50:22,,Neon Hymn,,TV,00:00:22,x,DE
"""
SPOTIFY = json.dumps(
    [
        {
            "endTime": "2025-03-01 20:15",
            "artistName": "The Inv",
            "trackName": "Tide",
            "msPlayed": 183000,
        },
        {
            "endTime": "2025-03-01 20:16",
            "artistName": "The Inv",
            "trackName": "Ebb",
            "msPlayed": 900,
        },
    ]
)
SPOTIFY_EXTENDED = json.dumps(
    [
        {
            "ts": "2025-03-01T20:15:07Z",
            "ms_played": 183000,
            "ip_addr": "192.0.2.1",
            "master_metadata_track_name": "Tide",
            "master_metadata_album_artist_name": "The Inv",
            "spotify_track_uri": "spotify:track:0",
            "incognito_mode": False,
        },
        {"ts": "2025-03-01T20:16:00Z", "ms_played": 90000, "episode_name": "Ep 1"},
    ]
)
STEAM = json.dumps(
    {
        "response": {
            "games": [
                {
                    "appid": 10,
                    "name": "Keeper™",
                    "playtime_forever": 61,
                    "rtime_last_played": 1645345221,
                },
                {"appid": 20, "name": "Unopened", "playtime_forever": 0, "rtime_last_played": 0},
            ]
        }
    }
)
PLEX = json.dumps(
    {
        "MediaContainer": {
            "Metadata": [
                {
                    "title": "Moonmilk",
                    "type": "movie",
                    "originallyAvailableAt": "2003-09-11",
                    "viewedAt": 1751227271,
                    "accountID": 1,
                },
                {"title": "Pilot", "type": "episode", "grandparentTitle": "Quillmere"},
            ]
        }
    }
)
JELLYFIN = json.dumps(
    {
        "Items": [
            {
                "Name": "Moonmilk",
                "Type": "Movie",
                "ProductionYear": 2003,
                "ProviderIds": {"Tmdb": "99"},
                "UserData": {"Rating": 8.0, "IsFavorite": True, "Played": True},
            },
            {"Name": "Vandrell", "Type": "Movie", "UserData": {"Played": False}},
        ]
    }
)
JELLYFIN_PLAYS = (
    "2025-06-29 20:01:11.1234567\tuser\titem\tMovie\tMoon\tmilk\tDirectPlay\tWeb\tFirefox\t6011\n"
    "2025-06-29 21:59:00.0000000\tuser\titem\tMovie\tVandrell\tDirectPlay\tWeb\tFirefox\t65\n"
    "2025-06-29 21:59:00.0000000\tuser\titem\tEpisode\tPilot\tDirectPlay\tWeb\tFirefox\t6500\n"
)


def zipped(files: dict[str, str | bytes]) -> bytes:
    """Return files as a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def packed(text: str) -> bytes:
    """Return text as gzip."""
    return gzip.compress(text.encode(), mtime=0)
