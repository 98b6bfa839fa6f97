from django.db import migrations, models


class Migration(migrations.Migration):
	initial = True
	dependencies = [("contenttypes", "0002_remove_content_type_name")]
	operations = [
		migrations.CreateModel(
			"Customer",
			[
				("id", models.BigAutoField(primary_key=True)),
				("email", models.CharField(max_length=320, unique=True)),
			],
		),
		migrations.CreateModel(
			"Order",
			[
				("id", models.BigAutoField(primary_key=True)),
				("customer", models.ForeignKey("shop.Customer", models.CASCADE)),
				("total", models.DecimalField(max_digits=12, decimal_places=2, null=True)),
			],
		),
	]
