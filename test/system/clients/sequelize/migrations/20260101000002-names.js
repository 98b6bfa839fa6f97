module.exports = {
	up: async (queryInterface, Sequelize) => {
		await queryInterface.addColumn("customers", "name", { type: Sequelize.TEXT, comment: "as written" });
		await queryInterface.renameColumn("customers", "email", "address");
		await queryInterface.addIndex("orders", ["customer_id"], { name: "orders_customer_id_idx", concurrently: true });
		await queryInterface.addConstraint("customers", { fields: ["name"], type: "unique", name: "customers_name_key" });
	},
	down: async (queryInterface) => {
		await queryInterface.removeConstraint("customers", "customers_name_key");
		await queryInterface.removeIndex("orders", "orders_customer_id_idx");
		await queryInterface.renameColumn("customers", "address", "email");
		await queryInterface.removeColumn("customers", "name");
	},
};
