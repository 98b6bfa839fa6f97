from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
	atomic = False
	dependencies = [("shop", "0002_names")]
	operations = [
		AddIndexConcurrently("Customer", models.Index(fields=["name"], name="shop_customer_name_idx")),
		migrations.CreateModel("Tag", [("id", models.BigAutoField(primary_key=True)), ("orders", models.ManyToManyField("shop.Order"))]),
	]
