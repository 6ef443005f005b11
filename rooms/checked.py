"""Checked: a CHECK that costs nothing to read, for tables that are written to all the time.

PostgreSQL parses the CHECK constraints of a table anew for every statement that writes to it, which took a
fifth of what a booking costs there. A trigger's function is compiled once for each connection. So there all
conditions of a table stand in one trigger, which refuses a row in the same words and with the name of the
condition it breaks (docs/decisions/0020). SQLite has them as ordinary CHECKs.
"""

from typing import Any

from django.db.backends.ddl_references import Statement, Table
from django.db.models import CheckConstraint
from django.db.models.sql import Query

from accounts.sql import names_on

GUARD = """
CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE broken text;
BEGIN
  IF %(sound)s THEN
    RETURN NEW;
  END IF;
  broken := CASE %(cases)s END;
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = broken,
    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
    MESSAGE = 'new row for relation "' || TG_TABLE_NAME || '" violates check constraint "' || broken || '"';
END $guard$;
CREATE OR REPLACE TRIGGER %(trigger)s BEFORE INSERT OR UPDATE ON %(table)s
FOR EACH ROW EXECUTE FUNCTION %(function)s()"""
KEPT_SO_FAR = """;
DO $kept$ BEGIN
  IF EXISTS (SELECT FROM %(table)s AS new WHERE (%(condition)s) IS FALSE) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '%(name)s',
      MESSAGE = 'check constraint "%(name)s" is violated by some row';
  END IF;
END $kept$"""
UNGUARD = "DROP TRIGGER IF EXISTS %(trigger)s ON %(table)s; DROP FUNCTION IF EXISTS %(function)s()"
HELD = """
SELECT function.prosrc FROM pg_trigger AS guard JOIN pg_proc AS function ON function.oid = guard.tgfoid
WHERE guard.tgrelid = to_regclass(%s) AND guard.tgname = %s AND guard.tgenabled IN ('O', 'A')"""


class Checked(CheckConstraint):
    """A condition that every row of the table keeps, whoever writes it; one with NULL in it passes.

    Its trigger names columns: a migration that renames one adds a condition of the table anew.
    """

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Return the clause for CREATE TABLE; on PostgreSQL, queue the table's trigger for after it."""
        if schema_editor.connection.vendor != "postgresql":
            return super().constraint_sql(model, schema_editor)
        if self is _checked(model)[0]:
            schema_editor.deferred_sql.append(_guard(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return super().create_sql(model, schema_editor)
        kept = KEPT_SO_FAR % {
            "table": schema_editor.quote_name(model._meta.db_table),
            "condition": _condition(self, model, schema_editor),
            "name": self.name,
        }
        return f"{_guard(model, schema_editor)}{kept}"

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return super().remove_sql(model, schema_editor)
        return _guard(model, schema_editor)  # made anew without it: the model has it no longer

    def missing(self, connection: Any, table: str) -> list[str]:
        """Name this constraint if the database does not ask for it."""
        if connection.vendor != "postgresql":
            return [] if self.name in names_on(table, connection) else [self.name]
        with connection.cursor() as cursor:
            cursor.execute(HELD, [connection.ops.quote_name(table), _name(table)])
            row = cursor.fetchone()
        return [] if row and f"'{self.name}'" in row[0] else [self.name]


def _checked(model: Any) -> list[Checked]:
    return [own for own in model._meta.constraints if isinstance(own, Checked)]


def _name(table: str) -> str:
    return f"{table}_is_sound"


def _guard(model: Any, schema_editor: Any) -> Statement:
    """Return what makes the table's trigger of all its conditions; without any, what drops it."""
    table = model._meta.db_table
    name = schema_editor.quote_name(_name(table))
    conditions = {own.name: _condition(own, model, schema_editor) for own in _checked(model)}
    return Statement(
        GUARD if conditions else UNGUARD,
        table=Table(table, schema_editor.quote_name),
        function=name,
        trigger=name,
        sound="\n    AND ".join(f"({condition}) IS NOT FALSE" for condition in conditions.values()),
        cases=" ".join(f"WHEN ({condition}) IS FALSE THEN '{own}'" for own, condition in conditions.items()),
    )


def _condition(own: Checked, model: Any, schema_editor: Any) -> str:
    """Return the condition as a trigger asks it: of the columns of NEW."""
    query = Query(model=model)
    condition: Any = own.condition
    where = query.build_where(condition)
    sql, params = where.as_sql(
        query.get_compiler(connection=schema_editor.connection), schema_editor.connection
    )
    named: str = sql % tuple(map(schema_editor.quote_value, params))
    return named.replace(f"{schema_editor.quote_name(model._meta.db_table)}.", "NEW.")
