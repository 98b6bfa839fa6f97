module.exports.Customers1735689600001 = class Customers1735689600001 {
	async up(runner) {
		await runner.query(`CREATE TABLE customers (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE)`);
		await runner.query(`CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint REFERENCES customers)`);
	}
	async down(runner) {
		await runner.query(`DROP TABLE orders`);
		await runner.query(`DROP TABLE customers`);
	}
};
