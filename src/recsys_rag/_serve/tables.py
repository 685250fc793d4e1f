"""The tables of the database, as SQLAlchemy sees them. Migrations make them; see `migrations/`."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite counts up only a primary key that is called INTEGER
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

# Items that were put or changed here, whole; the latest row of an item is what it is.
items = Table(
    "items",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("item_id", String(200), nullable=False),
    Column("row", Text, nullable=False),  # JSON
    Column("at", BigInteger, nullable=False),  # seconds
    Index("ix_items_item_id_number", "item_id", "number"),
    sqlite_autoincrement=True,
)

# What people said, in the order in which it came; nothing is ever changed.
feedback = Table(
    "feedback",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("user_id", String(200), nullable=False),
    Column("item_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("rating", Float, nullable=True),
    Column("said_at", BigInteger, nullable=False),  # seconds
    Column("recommendation_id", String(64), nullable=True),
    Index("ix_feedback_user_id_number", "user_id", "number"),
    sqlite_autoincrement=True,  # a number is never used twice, also after a person is forgotten
)

# Lists as they were answered, byte for byte.
kept = Table(
    "kept",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(200), nullable=True),
    Column("created_at", BigInteger, nullable=False),  # seconds
    Column("body", LargeBinary, nullable=False),
    Column("asked", LargeBinary, nullable=False),  # JSON: the query and the history, as of then
    Column("item_ids", Text, nullable=False),  # JSON
    Index("ix_kept_user_id_created_at", "user_id", "created_at"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("secret_sha256", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("scopes", String(100), nullable=False),  # separated by spaces
    Column("per_minute", Integer, nullable=True),  # requests; None = no limit
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
)

# Answers that a repeated request gets again.
idempotency = Table(
    "idempotency",
    metadata,
    Column("key_sha256", String(64), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_idempotency_created_at", "created_at"),
)

# What was fitted. The one that answers is the newest row of `activations`.
models = Table(
    "models",
    metadata,
    Column("version", _NUMBER, primary_key=True, autoincrement=True),
    Column("folder", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),  # fitting, ready, refused, failed, erased
    Column("card", Text, nullable=False),  # JSON
    sqlite_autoincrement=True,
)

activations = Table(
    "activations",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("version", _NUMBER, ForeignKey("models.version"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)

# Who asked to be forgotten and still stands in what was fitted: as a hash, until it is fitted anew.
forgotten = Table(
    "forgotten",
    metadata,
    Column("user_sha256", String(64), primary_key=True),
    Column("receipt_id", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # JSON; names nobody
)

# What conversations begin with, and their turns. A turn is never changed, and of two that
# browsers send at once, with one number, only one can be written.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(200), nullable=True),
    Column("created_at", BigInteger, nullable=False),  # seconds
    Column("query", Text, nullable=False),  # JSON
    Index("ix_conversations_user_id", "user_id"),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", String(64), ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("said_at", BigInteger, nullable=False),  # seconds
    Column("words", Text, nullable=False),
    Column("takes_back", Integer, nullable=True),  # the number of a critique
    Column("stands", Integer, nullable=False),  # 0 = it could not be served, and asks for nothing
    Column("reply", Text, nullable=False),
    Column("recommendation_id", String(64), nullable=True),
    Column("item_ids", Text, nullable=False),  # JSON: the list as shown, [] = none
)

# Facts about this database itself, such as the secret that hashes are made with.
about = Table(
    "about",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", Text, nullable=False),
)
