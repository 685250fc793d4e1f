"""How alembic runs the migrations: on the connection that `Database.migrate` gives it."""

from alembic import context

from recsys_rag._serve.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
