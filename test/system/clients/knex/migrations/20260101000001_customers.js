exports.up = async (knex) => {
	await knex.schema.createTable("customers", (table) => {
		table.bigIncrements("id");
		table.text("email").notNullable().unique();
	});
	await knex.schema.createTable("orders", (table) => {
		table.bigIncrements("id");
		table.bigInteger("customer_id").notNullable().references("customers.id");
		table.enu("state", ["new", "paid"], { useNative: true, enumName: "order_state" });
		table.index("customer_id");
	});
};
exports.down = async (knex) => {
	await knex.schema.dropTable("orders");
	await knex.raw("DROP TYPE order_state");
	await knex.schema.dropTable("customers");
};
