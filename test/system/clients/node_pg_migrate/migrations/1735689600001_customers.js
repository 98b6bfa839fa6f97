exports.up = (pgm) => {
	pgm.createType("order_state", ["new", "paid"]);
	pgm.createTable("customers", { id: "id", email: { type: "text", notNull: true, unique: true } });
	pgm.createTable("orders", {
		id: "id",
		customer_id: { type: "integer", notNull: true, references: "customers" },
		state: { type: "order_state", default: "new" },
	});
};
