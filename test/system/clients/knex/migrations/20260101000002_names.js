exports.up = async (knex) => {
	await knex.schema.alterTable("customers", (table) => {
		table.text("name").defaultTo("unknown").comment("as written");
		table.renameColumn("email", "address");
	});
	await knex.schema.createView("order_counts", (view) => {
		view.as(knex("orders").select("customer_id"));
	});
};
exports.down = async (knex) => {
	await knex.schema.dropView("order_counts");
	await knex.schema.alterTable("customers", (table) => {
		table.dropColumn("name");
		table.renameColumn("address", "email");
	});
};
