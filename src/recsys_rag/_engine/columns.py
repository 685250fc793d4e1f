"""Columns of Arrow and of Spark by one description."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Columns: TypeAlias = Mapping[str, str]  # type of each, as Spark names it


def ddl(columns: Columns) -> str:
    """Return the columns as Spark's schemas are written."""
    return ", ".join(f"`{name}` {kind}" for name, kind in columns.items())


def table_of(columns: Columns, values: Sequence[Any]) -> Any:
    """Return an Arrow table of these columns."""
    import pyarrow as pa

    types = {"string": pa.string(), "float": pa.float32(), "long": pa.int64(), "int": pa.int32()}
    schema = pa.schema([(name, types.get(kind, pa.binary())) for name, kind in columns.items()])
    arrays = [pa.array(value, field.type) for value, field in zip(values, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def batch_of(columns: Columns, values: Sequence[Any]) -> Any:
    """Return the same as one record batch."""
    return table_of(columns, values).to_batches()[0]
