"""NoOverlap: the database's own word that two allocations of one room never share time.

One constraint, two dialects. PostgreSQL excludes overlaps with a GiST index; SQLite refuses them in
triggers that look one step back in the room's own B-tree: active allocations never overlap, so only the
last one that starts before a new end can stand in its way.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Q
from django.db.models.constraints import BaseConstraint
from django.db.models.lookups import In

from accounts.sql import names_on

POSTGRES = """CONSTRAINT %(name)s EXCLUDE USING gist
  (room_id WITH =, tstzrange(blocks_from, blocks_until) WITH &&) WHERE (active)"""

# Instants are compared as text, so a trigger first refuses what would not compare: an overlap written by
# hand as '2026-11-23T09:00Z', '2026-11-23 06:00:00-03:00' or a BLOB must not slip past for its spelling.
# What SQLite itself would write is the only spelling, with or without all six digits of a fraction; '+0 days'
# makes it tell real dates from 30 February. Forever comes after every instant. It is not '9999': in a column
# of instants, text that looks like a number is one, and every number comes before every text.
FOREVER_ON_SQLITE = "9999-12-31 99"
_MISSPELT = """(typeof(NEW.{0}) <> 'text'
    OR substr(NEW.{0}, 1, 19) IS NOT strftime('%Y-%m-%d %H:%M:%S', substr(NEW.{0}, 1, 19), '+0 days')
    OR (length(NEW.{0}) > 19 AND substr(NEW.{0}, 20) NOT GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))"""
SQLITE = """CREATE TRIGGER %(trigger)s BEFORE %(event)s ON %(table)s
WHEN NEW.active
BEGIN
  SELECT RAISE(ABORT, '%(name)s: instants are written YYYY-MM-DD HH:MM:SS in UTC')
  WHERE %(from_misspelt)s
    OR (NEW.blocks_until IS NOT NULL AND %(until_misspelt)s);
  SELECT RAISE(ABORT, 'CHECK constraint failed: %(name)s')
  WHERE (
    SELECT COALESCE(taken.blocks_until, '%(forever)s') > NEW.blocks_from
    FROM %(table)s AS taken
    WHERE taken.room_id = NEW.room_id AND taken.active AND taken.id IS NOT %(own)s
      AND taken.blocks_from < COALESCE(NEW.blocks_until, '%(forever)s')
    ORDER BY taken.blocks_from DESC LIMIT 1
  );
END"""
EVENTS = {"insert": ("INSERT", "NULL"), "update": ("UPDATE", "OLD.id")}


class NoOverlap(BaseConstraint):
    """Refuse a second active row of the same room whose blocked range shares any instant."""

    violation_error_code = "unavailable"
    default_violation_error_message = "That room is taken for part of that time."

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Return the clause for CREATE TABLE; on SQLite, queue the triggers for after it.

        Every remake of the table on SQLite passes here again, so a later migration cannot lose them.
        """
        if schema_editor.connection.vendor == "postgresql":
            return POSTGRES % {"name": schema_editor.quote_name(self.name)}
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        if schema_editor.connection.vendor == "postgresql":
            return Statement(
                "ALTER TABLE %(table)s ADD %(clause)s", table=table, clause=self._clause(schema_editor)
            )
        for statement in self._triggers(model, schema_editor):
            schema_editor.execute(statement)
        return None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        if schema_editor.connection.vendor == "postgresql":
            name = schema_editor.quote_name(self.name)
            return Statement("ALTER TABLE %(table)s DROP CONSTRAINT %(name)s", table=table, name=name)
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self._trigger_name(event)}")
        return None

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Refuse in a form what the database would refuse; the database still has the last word."""
        start, end = instance.blocks_from, instance.blocks_until  # type: ignore[attr-defined]
        if not instance.active or start is None:  # type: ignore[attr-defined]
            return
        rivals = model._default_manager.using(using).filter(
            Q(blocks_until__gt=start) | Q(blocks_until=None),
            room_id=instance.room_id,  # type: ignore[attr-defined]
            active=True,
        )
        if end is not None:
            rivals = rivals.filter(blocks_from__lt=end)
        if rivals.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, NoOverlap) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def missing(self, connection: Any, table: str) -> list[str]:
        """Name what of this constraint the database lacks; nothing when it holds."""
        if connection.vendor != "postgresql":
            present = names_on(table, connection)
            return [name for name in map(self._trigger_name, EVENTS) if name not in present]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_constraint WHERE conname = %s AND contype = 'x' "
                "AND conrelid = to_regclass(%s)",
                [self.name, connection.ops.quote_name(table)],
            )
            return [] if cursor.fetchone() else [self.name]

    def _clause(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        return POSTGRES % {"name": schema_editor.quote_name(self.name)}

    def _trigger_name(self, event: str) -> str:
        return f"{self.name}_on_{event}"

    def _triggers(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> list[Statement]:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return [
            Statement(
                SQLITE,
                table=table,
                trigger=self._trigger_name(event),
                event=sql_event,
                own=own,
                name=self.name,
                forever=FOREVER_ON_SQLITE,
                from_misspelt=_MISSPELT.format("blocks_from"),
                until_misspelt=_MISSPELT.format("blocks_until"),
            )
            for event, (sql_event, own) in EVENTS.items()
        ]


class OneOf(In):
    """A condition that a text is one of these words, as one constant on PostgreSQL."""

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        text, params = self.process_lhs(compiler, connection)
        return f"{text} = ANY (%s::text[])", [*params, "{" + ",".join(self.rhs) + "}"]


class Present(models.Func):
    """A condition that a column has a value, to be compared with another condition.

    Django's own IsNull cannot be: it ends the whole of a condition where a form asks it of a value.
    """

    template = "(%(expressions)s IS NOT NULL)"
    arity = 1
    output_field = models.BooleanField()
