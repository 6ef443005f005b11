import django.core.validators
from django.db import migrations, models

from rooms.checked import Checked


class CheckByTrigger(migrations.operations.base.Operation):
    """Every CHECK of a table becomes Checked: on PostgreSQL a trigger, and on SQLite as it was."""

    reversible = True

    def __init__(self, model_name):
        self.model_name = model_name

    def state_forwards(self, app_label, state):
        model = state.models[app_label, self.model_name]
        model.options["constraints"] = [
            Checked(condition=own.condition, name=own.name) if type(own) is models.CheckConstraint else own
            for own in model.options["constraints"]
        ]
        state.reload_model(app_label, self.model_name, delay=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "postgresql":
            for own in self._checked(model):
                schema_editor.execute(schema_editor._delete_check_sql(model, own.name), params=None)
                schema_editor.execute(own.create_sql(model, schema_editor), params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "postgresql":
            own = self._checked(model)
            plain = to_state.apps.get_model(app_label, self.model_name)
            schema_editor.execute(own[0].remove_sql(plain, schema_editor), params=None)
            for one in own:
                schema_editor.execute(models.CheckConstraint.create_sql(one, plain, schema_editor), params=None)

    def describe(self):
        return f"Check {self.model_name} by one trigger"

    @staticmethod
    def _checked(model):
        return [own for own in model._meta.constraints if isinstance(own, Checked)]


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0014_series'),
    ]

    operations = [
        migrations.AlterField(
            model_name='room',
            name='capacity',
            field=models.SmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(32767)]),
        ),
        migrations.AlterField(
            model_name='room',
            name='order',
            field=models.IntegerField(default=0, validators=[django.core.validators.MinValueValidator(0)]),
        ),
        CheckByTrigger('booking'),
        CheckByTrigger('allocation'),
    ]
