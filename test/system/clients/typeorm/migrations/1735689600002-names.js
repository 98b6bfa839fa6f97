const { Table, TableColumn, TableIndex } = require("typeorm");

module.exports.Names1735689600002 = class Names1735689600002 {
	async up(runner) {
		await runner.addColumn("customers", new TableColumn({ name: "name", type: "text", default: "'unknown'" }));
		await runner.renameColumn("customers", "email", "address");
		await runner.createIndex("orders", new TableIndex({ name: "orders_customer_id_idx", columnNames: ["customer_id"] }));
		await runner.createTable(new Table({ name: "tags", columns: [{ name: "id", type: "uuid", isPrimary: true }] }));
	}
	async down(runner) {
		await runner.dropTable("tags");
		await runner.dropIndex("orders", "orders_customer_id_idx");
		await runner.renameColumn("customers", "address", "email");
		await runner.dropColumn("customers", "name");
	}
};
