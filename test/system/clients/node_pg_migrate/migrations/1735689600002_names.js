exports.up = (pgm) => {
	pgm.addColumns("customers", { name: { type: "text", comment: "as written" } });
	pgm.renameColumn("customers", "email", "address");
	pgm.createIndex("orders", "customer_id");
	pgm.createFunction("two", [], { returns: "integer", language: "sql" }, "SELECT 2");
};
exports.down = (pgm) => {
	pgm.dropFunction("two", []);
	pgm.dropIndex("orders", "customer_id");
	pgm.renameColumn("customers", "address", "email");
	pgm.dropColumns("customers", ["name"]);
};
