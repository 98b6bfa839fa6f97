module.exports = {
	up: async (queryInterface, Sequelize) => {
		await queryInterface.createTable("customers", {
			id: { type: Sequelize.BIGINT, primaryKey: true, autoIncrement: true },
			email: { type: Sequelize.STRING, allowNull: false, unique: true },
			kind: { type: Sequelize.ENUM("person", "firm") },
		});
		await queryInterface.createTable("orders", {
			id: { type: Sequelize.BIGINT, primaryKey: true, autoIncrement: true },
			customer_id: { type: Sequelize.BIGINT, references: { model: "customers", key: "id" } },
		});
	},
	down: async (queryInterface) => {
		await queryInterface.dropTable("orders");
		await queryInterface.dropTable("customers");
		await queryInterface.sequelize.query('DROP TYPE IF EXISTS "enum_customers_kind"');
	},
};
