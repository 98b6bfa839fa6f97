from django.db import migrations, models


class Migration(migrations.Migration):
	dependencies = [("shop", "0001_customers")]
	operations = [
		migrations.AddField("Customer", "name", models.CharField(max_length=100, default="unknown")),
		migrations.RenameField("Order", "total", "amount"),
		migrations.AlterField("Customer", "email", models.TextField(unique=True)),
		migrations.AddIndex("Order", models.Index(fields=["amount"], name="shop_order_amount_idx")),
		migrations.AddConstraint("Order", models.CheckConstraint(check=models.Q(amount__gte=0), name="shop_order_amount_check")),
		migrations.RunPython(lambda apps, _: apps.get_model("shop", "Customer").objects.create(email="a@example.org"),
							 migrations.RunPython.noop),
	]
